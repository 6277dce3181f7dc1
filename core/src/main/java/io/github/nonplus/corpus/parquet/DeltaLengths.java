package io.github.nonplus.corpus.parquet;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Numbers as differences from one to the next (DELTA_BINARY_PACKED), which here are lengths: each
/// is from 0 to what a page can hold. Blocks of differences, less the block's smallest, are divided
/// into small blocks with a width of bits each.
final class DeltaLengths {
  /// Writers take 128 to 2048. A block may take two bytes only, whatever its size.
  private static final int LARGEST_BLOCK = 1 << 15;

  private DeltaLengths() {}

  /// Reads all, and leaves the bytes where they end.
  ///
  /// @param expected how many there are to be
  /// @throws BufferUnderflowException if the bytes end before them
  static int[] read(ByteBuffer bytes, int expected) {
    int block = Varint.count(bytes);
    int smallBlocks = Varint.count(bytes);
    int count = Varint.count(bytes);
    long value = Varint.zigzag(bytes);
    if (count != expected) {
      throw ParquetException.damage("a page of %d values has %d lengths", expected, count);
    }
    if (smallBlocks < 1
        || block > LARGEST_BLOCK
        || block < smallBlocks
        || block % smallBlocks != 0
        || block / smallBlocks % Byte.SIZE != 0) {
      throw ParquetException.damage(
          "a page has blocks of %d lengths in %d parts", block, smallBlocks);
    }
    Lengths lengths = new Lengths(count);
    if (count > 0) {
      lengths.add(value);
    }
    int[] widths = new int[smallBlocks];
    while (lengths.size < count) {
      long smallest = Varint.zigzag(bytes);
      for (int i = 0; i < smallBlocks; i++) {
        int width = bytes.get() & 0xff;
        widths[i] = width;
        if (width > Long.SIZE) {
          throw ParquetException.damage("a page has differences of %d bits", width);
        }
      }
      for (int i = 0; i < smallBlocks && lengths.size < count; i++) {
        value = smallBlock(bytes, widths[i], block / smallBlocks, smallest, value, lengths);
      }
    }
    return Arrays.copyOf(lengths.all, count);
  }

  /// Reads the differences of a small block, those included that only fill it.
  private static long smallBlock(
      ByteBuffer bytes, int width, int size, long smallest, long before, Lengths lengths) {
    long value = before;
    int bit = 0; // of the byte that comes
    for (int i = 0; i < size; i++) {
      long difference = 0;
      for (int have = 0; have < width; ) {
        if (!bytes.hasRemaining()) {
          throw new BufferUnderflowException();
        }
        int take = Math.min(Byte.SIZE - bit, width - have);
        long part = (bytes.get(bytes.position()) & 0xff) >>> bit & (1 << take) - 1;
        difference |= part << have;
        have += take;
        bit += take;
        if (bit == Byte.SIZE) {
          bytes.get();
          bit = 0;
        }
      }
      if (lengths.size < lengths.count) {
        value += smallest + difference;
        lengths.add(value);
      }
    }
    return value;
  }

  private static final class Lengths {
    private final int count;
    private int[] all;
    private int size;

    /// Grows with what is read, because a damaged count may be anything.
    Lengths(int count) {
      this.count = count;
      this.all = new int[Math.min(count, 1024)];
    }

    void add(long value) {
      if (value < 0 || value > ParquetFile.MAX_PAGE) {
        throw ParquetException.damage("a page has a value of %d bytes", value);
      }
      if (size == all.length) {
        all = Arrays.copyOf(all, (int) Math.min(count, 2L * size));
      }
      all[size++] = (int) value;
    }
  }
}
