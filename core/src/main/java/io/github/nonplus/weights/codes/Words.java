package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.Planes;

/// Streams of codes whose words lie one below the other, side by side with other streams.
final class Words {
  private Words() {}

  /// Code `index` of stream `stream` of `streams`: its first bits in word ⌊bits · index / 32⌋, the
  /// rest, if it crosses, in the word below.
  static int code(Planes planes, int plane, int bits, int index, int stream, int streams) {
    long bit = (long) bits * index;
    long word = bit / 32;
    int shift = (int) (bit % 32);
    int code = planes.word(plane, 4 * (word * streams + stream)) >>> shift;
    if (shift + bits > 32) {
      code |= planes.word(plane, 4 * ((word + 1) * streams + stream)) << 32 - shift;
    }
    return code & (1 << bits) - 1;
  }
}
