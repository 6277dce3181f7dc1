package io.github.nonplus.weights.ggml;

/// Scales and minimums of Q4_K and Q5_K: eight of each, of 6 bits, in twelve bytes. The first four
/// of each lie in the lower bits of eight bytes, whose upper bits are those of the others.
final class KScales {
  private KScales() {}

  static int scale(byte[] data, int at, int group) {
    return group < 4
        ? data[at + group] & 63
        : data[at + group + 4] & 15 | (data[at + group - 4] >> 6 & 3) << 4;
  }

  static int minimum(byte[] data, int at, int group) {
    return group < 4
        ? data[at + group + 4] & 63
        : data[at + group + 4] >> 4 & 15 | (data[at + group] >> 6 & 3) << 4;
  }
}
