package io.github.nonplus.device.cpu;

/// How [Products#multiply] reads weights: in tiles of `width` outputs, one tile after another, and
/// in a tile input after input.
public final class Tiles {
  private Tiles() {}

  /// Packs inputs `k`… of `count` outputs.
  ///
  /// @param from output n's first input at at + n · stride, the others side by side
  /// @param length inputs
  /// @param tilesAt where the first tile begins
  public static void pack(
      float[] from,
      int at,
      int stride,
      int count,
      int length,
      int width,
      float[] tiles,
      int tilesAt,
      int depth,
      int k) {
    int n = 0;
    for (; n + 4 <= count && width % 4 == 0; n += 4) {
      int to = tilesAt + (n - n % width) * depth + k * width + n % width;
      if (width == 4) {
        // A width that the compiler knows: without it, it would check every index.
        four(from, at + n * stride, stride, length, tiles, to, 4);
      } else {
        four(from, at + n * stride, stride, length, tiles, to, width);
      }
    }
    for (; n < count; n++) {
      int to = tilesAt + (n - n % width) * depth + k * width + n % width;
      for (int i = 0; i < length; i++) {
        tiles[to + i * width] = from[at + n * stride + i];
      }
    }
  }

  /// One walk for four outputs.
  private static void four(
      float[] from, int a, int stride, int length, float[] tiles, int to, int width) {
    int b = a + stride;
    int c = b + stride;
    int d = c + stride;
    for (int i = 0; i < length; i++) {
      int t = to + i * width;
      tiles[t] = from[a + i];
      tiles[t + 1] = from[b + i];
      tiles[t + 2] = from[c + i];
      tiles[t + 3] = from[d + i];
    }
  }
}
