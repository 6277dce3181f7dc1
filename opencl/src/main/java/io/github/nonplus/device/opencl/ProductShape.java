package io.github.nonplus.device.opencl;

import io.github.nonplus.quantization.GroupFormat;
import io.github.nonplus.quantization.Layout;
import io.github.nonplus.weights.MatrixForm;
import java.util.Map;

/// The tiles of product.cl.
///
/// @param lanes work-items side by side along the outputs
/// @param teams work-items along the rows
/// @param rows of one block of a work-item's sums
/// @param vectors of such a row
/// @param blocks of a work-item
/// @param words of an output that are expanded at once
/// @param path how activations come to a work-item
record ProductShape(
    int vec, int lanes, int teams, int rows, int vectors, int blocks, int words, Path path) {
  /// The values of STAGE.
  enum Path {
    CACHE,
    LOCAL_MEMORY,
    TEXTURE
  }

  /// Rows that a processor puts through one expanded tile of weights.
  private static final int CACHED_ROWS = 256;

  /// Tiles that fit a profile. None depends on a batch.
  static ProductShape of(Profile profile, MatrixForm weight) {
    return profile.textures()
            && profile.largestWorkGroup() >= 128
            && !weight.gathered()
            && !weight.transposed()
            && weight.format() instanceof GroupFormat groups
            && groups.layout() == Layout.KN
        ? texture(groups.scheme().codesPerWord())
        : of(profile);
  }

  /// Tiles of products whose rows are read where they lie, on every device.
  static ProductShape ofBuffers(Profile profile) {
    return of(profile);
  }

  /// Eight rows by four outputs a work-item, waves of 64 side by side; words that make up whole
  /// pixels of four inputs.
  private static ProductShape texture(int codesPerWord) {
    return new ProductShape(4, 64, 2, 8, 1, 1, codesPerWord % 4 == 0 ? 1 : 2, Path.TEXTURE);
  }

  private static ProductShape of(Profile profile) {
    if (profile.caches() || profile.largestWorkGroup() < 64 || profile.localMemory() < 8 << 10) {
      int rows = profile.vectorWidth() == 16 ? 8 : 4;
      return new ProductShape(
          profile.vectorWidth(), 1, 1, rows, 2, CACHED_ROWS / rows, 8, Path.CACHE);
    }
    if (profile.largestWorkGroup() < 256 || profile.localMemory() < 24 << 10) {
      return new ProductShape(4, 8, 8, 4, 1, 1, 2, Path.LOCAL_MEMORY);
    }
    return profile.registers()
        ? new ProductShape(4, 16, 16, 8, 2, 1, 2, Path.LOCAL_MEMORY)
        : new ProductShape(4, 16, 8, 8, 1, 1, 2, Path.LOCAL_MEMORY);
  }

  boolean texture() {
    return path == Path.TEXTURE;
  }

  int tileRows() {
    return teams * rows * blocks;
  }

  int tileOutputs() {
    return lanes * vectors * vec;
  }

  /// @param codesPerWord 8 or 10; 8 for a dense matrix
  Map<String, String> definitions(int codesPerWord) {
    return Map.of(
        "VEC", text(vec),
        "LANES", text(lanes),
        "TEAMS", text(teams),
        "RM", text(rows),
        "RV", text(vectors),
        "BLOCKS", text(blocks),
        "TILE_DEPTH", text(words * codesPerWord),
        "STAGE", text(path.ordinal()));
  }

  /// Bytes of local memory with the deepest tile.
  long localMemory() {
    return switch (path) {
      case CACHE -> 4L * words * 10 * tileOutputs();
      case LOCAL_MEMORY -> 4L * words * 10 * (tileOutputs() + tileRows());
      case TEXTURE -> 8L * lanes * tileRows(); // of the score alone
    };
  }

  private static String text(int value) {
    return Integer.toString(value);
  }
}
