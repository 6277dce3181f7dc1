package io.github.nonplus.weights.ggml;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Points that a code stands for: some neighbouring weights without scale and, but for IQ1, without
/// signs. Each is a line of a file, a digit a weight, which counts into the values of the grid.
///
/// @param points weights of all points, one point after another
/// @param size weights of a point
record Grid(byte[] points, int size) {
  static Grid of(String file, int... values) {
    try (InputStream in = Grid.class.getResourceAsStream(file)) {
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
      int size = lines.getFirst().length();
      byte[] points = new byte[lines.size() * size];
      for (int i = 0; i < points.length; i++) {
        points[i] = (byte) values[lines.get(i / size).charAt(i % size) - '0'];
      }
      return new Grid(points, size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes scale · weight of a point, negated where a bit of `signs` is set.
  void write(int point, float scale, int signs, float[] target, int offset) {
    for (int i = 0; i < size; i++) {
      float weight = scale * points[point * size + i];
      target[offset + i] = (signs >> i & 1) != 0 ? -weight : weight;
    }
  }

  /// Writes scale · (weight + shift) of a point.
  void writeShifted(int point, float scale, float shift, float[] target, int offset) {
    for (int i = 0; i < size; i++) {
      target[offset + i] = scale * (points[point * size + i] + shift);
    }
  }

  /// Signs of eight weights from seven bits: the eighth makes their number even.
  static int evenSigns(int bits) {
    return bits & 127 | (Integer.bitCount(bits & 127) & 1) << 7;
  }
}
