package io.github.nonplus.device.opencl.tensor;

/// How a buffer lies in device memory.
enum Form {
  /// Float32, row by row: the stream of residuals.
  FLOAT_ROWS,
  /// Float16, row by row: queries, keys and values.
  HALF_ROWS,
  /// Float16 in tiles of [#TILE_ROWS] rows and [#TILE_COLUMNS] columns, the order in which tensor
  /// cores read them: what products take.
  HALF_TILES;

  static final int TILE_ROWS = 128;
  static final int TILE_COLUMNS = 64;

  int elementBytes() {
    return this == FLOAT_ROWS ? 4 : 2;
  }

  /// Tiles side by side.
  static int tiles(int width) {
    return Math.ceilDiv(width, TILE_COLUMNS);
  }

  /// Bytes of a buffer.
  ///
  /// @param rows a multiple of [#TILE_ROWS]
  long bytes(int width, int rows) {
    return switch (this) {
      case FLOAT_ROWS -> 4L * width * rows;
      case HALF_ROWS -> 2L * width * rows;
      case HALF_TILES -> 2L * tiles(width) * TILE_COLUMNS * rows;
    };
  }

  /// Index in halves of an element of tiles of `tileRows` rows.
  static int tiled(int row, int column, int width, int tileRows) {
    int tile = row / tileRows * tiles(width) + column / TILE_COLUMNS;
    int chunk = column % TILE_COLUMNS / 8 ^ row % 8;
    return (tile * tileRows + row % tileRows) * TILE_COLUMNS + chunk * 8 + column % 8;
  }
}
