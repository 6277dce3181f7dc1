package io.github.nonplus.weights;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Eight bytes at a time, the first lowest: codes and whole numbers that one operation on a `long`
/// takes apart together.
public final class Eights {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGHEST_BITS = 0x80 * ONES;

  /// Bit i of byte i.
  private static final long BIT_OF_EACH = 0x8040_2010_0804_0201L;

  private Eights() {}

  /// Bytes `at` to `at + 8`.
  public static long get(byte[] data, int at) {
    return (long) LONG.get(data, at);
  }

  public static void put(byte[] data, int at, long eight) {
    LONG.set(data, at, eight);
  }

  /// Of each byte the bits of `mask` from bit `shift` on.
  public static long bits(long eight, int shift, int mask) {
    return eight >>> shift & mask * ONES;
  }

  /// Writes the lower four bits of `count` bytes, and behind them the upper four.
  public static void nibbles(byte[] data, int at, int count, byte[] numbers, int n) {
    for (int i = 0; i < count; i += Long.BYTES) {
      long codes = get(data, at + i);
      put(numbers, n + i, bits(codes, 0, 15));
      put(numbers, n + i + count, bits(codes, 4, 15));
    }
  }

  /// The lowest 32 bits, four in each byte.
  public static long spreadNibbles(long bits) {
    long fours = bits & 0xFFFF_FFFFL;
    fours = (fours | fours << 16) & 0x0000_FFFF_0000_FFFFL;
    fours = (fours | fours << 8) & 0x00FF_00FF_00FF_00FFL;
    return (fours | fours << 4) & 0x0F0F_0F0F_0F0F_0F0FL;
  }

  /// The lowest eight times `size` bits, so many in each byte.
  public static long spread(long bits, int size) {
    long mask = (1L << size) - 1;
    long eight = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      eight |= (bits >>> i * size & mask) << Byte.SIZE * i;
    }
    return eight;
  }

  /// Each byte less 128, whatever it is.
  public static long fromTheMiddle(long eight) {
    return eight ^ HIGHEST_BITS;
  }

  /// Each byte, below 128, less a number of at most 128.
  public static long minus(long eight, int number) {
    return (eight | HIGHEST_BITS) - number * ONES ^ HIGHEST_BITS;
  }

  /// The lowest eight bits, a byte each.
  public static long spread(int bits) {
    long each = (bits & 0xFF) * ONES & BIT_OF_EACH;
    return each + 0x7F * ONES >>> 7 & ONES;
  }

  /// The lowest sixteen bits, two in each byte.
  public static long spreadPairs(int bits) {
    long fours = bits & 0xFFFFL;
    fours = (fours | fours << 24) & 0x0000_00FF_0000_00FFL;
    fours = (fours | fours << 12) & 0x000F_000F_000F_000FL;
    return (fours | fours << 6) & 0x0303_0303_0303_0303L;
  }

  /// Numbers above 0, negated where one of eight bits is set.
  public static long signed(long eight, int signs) {
    long negative = spread(signs);
    return (eight ^ negative * 0xFF) + negative;
  }
}
