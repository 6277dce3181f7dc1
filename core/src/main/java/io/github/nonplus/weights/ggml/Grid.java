package io.github.nonplus.weights.ggml;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Points that a code stands for: some neighbouring weights without scale and, but for IQ1, without
/// signs. Each is a line of a file, a digit a weight, which counts into the values of the grid.
///
/// @param points a byte a weight, the first lowest
record Grid(long[] points) {
  static Grid of(String file, int... values) {
    try (InputStream in = Grid.class.getResourceAsStream(file)) {
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
      return new Grid(lines.stream().mapToLong(line -> point(line, values)).toArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long point(String digits, int[] values) {
    long point = 0;
    for (int i = 0; i < digits.length(); i++) {
      point |= (values[digits.charAt(i) - '0'] & 0xFFL) << Byte.SIZE * i;
    }
    return point;
  }

  /// The weights of a point.
  long point(int index) {
    return points[index];
  }

  /// Signs of eight weights from seven bits: the eighth makes their number even.
  static int evenSigns(int bits) {
    return bits & 127 | (Integer.bitCount(bits & 127) & 1) << 7;
  }
}
