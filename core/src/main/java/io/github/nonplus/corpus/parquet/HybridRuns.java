package io.github.nonplus.corpus.parquet;

import java.nio.ByteBuffer;

/// Numbers of a few bits in Parquet's hybrid of run lengths and bit packing: runs of one number
/// repeated, and runs of eight, or a multiple, packed side by side, the lowest bit first.
final class HybridRuns {
  private static final int PACKED = 8;

  private final ByteBuffer bytes;
  private final int width;
  private int left;
  private boolean isPacked;
  private int repeated;
  private long bits;
  private int available;

  /// @param width bits of a number
  HybridRuns(ByteBuffer bytes, int width) {
    if (width < 0 || width > Integer.SIZE) {
      throw ParquetException.damage("a page has numbers of %d bits", width);
    }
    this.bytes = bytes;
    this.width = width;
  }

  /// The next number, which may be anything that fits into its bits.
  ///
  /// @throws java.nio.BufferUnderflowException if there is none
  int next() {
    while (left == 0) {
      begin();
    }
    left--;
    return isPacked ? packed() : repeated;
  }

  private void begin() {
    int header = Varint.count(bytes);
    isPacked = (header & 1) == 1;
    left = header >>> 1;
    if (isPacked) {
      long numbers = (long) left * PACKED;
      left = (int) Math.min(Integer.MAX_VALUE, numbers);
      available = 0;
      bits = 0;
    } else {
      repeated = 0;
      for (int shift = 0; shift < width; shift += Byte.SIZE) {
        repeated |= (bytes.get() & 0xff) << shift;
      }
    }
  }

  private int packed() {
    while (available < width) {
      bits |= (bytes.get() & 0xffL) << available;
      available += Byte.SIZE;
    }
    int value = (int) (bits & (1L << width) - 1);
    bits >>>= width;
    available -= width;
    return value;
  }
}
