package io.github.nonplus.device.cpu;

import io.github.nonplus.program.View;

/// The input of the product at hand, packed tile by tile as [Products#multiplyTiles] reads it. All
/// products of an executable share one, because they run one after another.
final class PackedRows {
  private final Kernels kernels;
  private final float[] values;
  private int depth;

  /// @param floats the most that any product needs: rows, rounded up to [Scratch#TILE_ROWS], times
  ///   inputs
  PackedRows(Kernels kernels, int floats) {
    this.kernels = kernels;
    this.values = new float[floats];
  }

  /// Packs `rows` rows of a view from row `first` on.
  void pack(Frame frame, View view, int first, int rows, Workers workers) {
    depth = view.width();
    int tile = kernels.products().tileRows();
    workers.run(
        Math.ceilDiv(rows, Scratch.TILE_ROWS),
        (_, task) -> {
          int row = task * Scratch.TILE_ROWS;
          for (int end = Math.min(rows, row + Scratch.TILE_ROWS); row < end; row += tile) {
            Strips.transpose(
                frame.arena(),
                frame.at(view, first + row),
                view.buffer().width(),
                Math.min(tile, end - row),
                depth,
                tile,
                values,
                depth,
                0,
                at(row));
          }
        });
  }

  float[] values() {
    return values;
  }

  /// Where the tile that begins with the packed row `row` begins.
  int at(int row) {
    return row * depth;
  }
}
