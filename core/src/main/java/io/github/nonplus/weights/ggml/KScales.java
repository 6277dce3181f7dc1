package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Groups;

/// Scales and minimums of Q4_K and Q5_K: eight of each, of 6 bits, in twelve bytes. The first four
/// of each lie in the lower bits of eight bytes, whose upper bits are those of the others.
final class KScales {
  private KScales() {}

  /// Writes the scales and offsets of a block that begins with the two numbers they are multiples
  /// of, and then has these.
  static void write(byte[] data, int at, Groups groups, int first) {
    float d = Bytes.half(data, at);
    float dmin = Bytes.half(data, at + 2);
    for (int group = 0; group < 8; group++) {
      groups.scales[first + group] = d * scale(data, at + 4, group);
      groups.offsets[first + group] = -(dmin * minimum(data, at + 4, group));
    }
  }

  private static int scale(byte[] data, int at, int group) {
    return group < 4
        ? data[at + group] & 63
        : data[at + group + 4] & 15 | (data[at + group - 4] >> 6 & 3) << 4;
  }

  private static int minimum(byte[] data, int at, int group) {
    return group < 4
        ? data[at + group + 4] & 63
        : data[at + group + 4] >> 4 & 15 | (data[at + group] >> 6 & 3) << 4;
  }
}
