package io.github.nonplus.corpus.parquet;

import java.nio.ByteBuffer;

/// Numbers in seven bits a byte, the lowest first; the highest bit says that more follow.
final class Varint {
  private Varint() {}

  /// @throws java.nio.BufferUnderflowException if the bytes end in the number
  static long read(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = bytes.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw ParquetException.damage("it has a number of more than 64 bits");
  }

  /// The same of a number that may be negative: its sign is the lowest bit.
  static long zigzag(ByteBuffer bytes) {
    long value = read(bytes);
    return value >>> 1 ^ -(value & 1);
  }

  /// The same, of a number that must be one of 31 bits.
  static int count(ByteBuffer bytes) {
    long value = read(bytes);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw ParquetException.damage("it counts %s of something", Long.toUnsignedString(value));
    }
    return (int) value;
  }
}
