package io.github.nonplus.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Weights of a row as whole numbers under scales, and what puts them together:
///
///     number · unit · scale · factor / divisor + offset
///
/// each step rounded to float32; a unit, a factor or a divisor of 1 changes nothing. Filled again
/// and again, so it belongs to one thread.
public final class Groups {
  /// Numbers behind the last that may be read and written, whatever they are.
  public static final int SLACK = 16;

  private static final int CODES = 16;

  /// No number is larger.
  private static final int MOST = 128;

  /// Weights under one scale.
  public final int size;

  /// What a number counts: a power of two, so that the product with it is exact.
  public final float unit;

  /// What the sixteen codes mean that then stand in place of numbers, or null.
  public final float[] table;

  /// Whether groups have offsets.
  public final boolean hasOffsets;

  /// Of the whole matrix.
  public float factor = 1;

  /// Of the whole matrix.
  public float divisor = 1;

  public byte[] numbers = {};
  public float[] scales = {};
  public float[] offsets = {};

  /// Bytes as they are stored.
  private byte[] stored = {};

  private Groups(int size, float unit, float[] table, boolean hasOffsets) {
    if (table != null && table.length != CODES) {
      throw new IllegalArgumentException("a table of " + table.length);
    }
    this.size = size;
    this.unit = unit;
    this.table = table;
    this.hasOffsets = hasOffsets;
  }

  /// Of whole numbers.
  public static Groups of(int size) {
    return new Groups(size, 1, null, false);
  }

  /// Of whole numbers, with offsets.
  public static Groups withOffsets(int size) {
    return new Groups(size, 1, null, true);
  }

  /// Of numbers that count in a power of two.
  public static Groups of(int size, float unit) {
    return new Groups(size, unit, null, false);
  }

  /// Of codes of four bits that stand for numbers.
  public static Groups of(int size, float[] table) {
    return new Groups(size, 1, table.clone(), false);
  }

  /// Makes room for so many weights.
  public void reserve(int count) {
    int groups = Math.ceilDiv(count, size);
    if (numbers.length < count + SLACK) {
      numbers = new byte[count + SLACK];
    }
    if (scales.length < groups) {
      scales = new float[groups];
      offsets = new float[hasOffsets ? groups : 0];
    }
  }

  /// Bytes `at` to `at + count` of a plane, in an array with [#SLACK] behind them that is good
  /// until the next call.
  public byte[] stored(Planes planes, int plane, long at, int count) {
    if (stored.length < count + SLACK) {
      stored = Arrays.copyOf(stored, count + SLACK);
    }
    MemorySegment.copy(planes.data().get(plane), ValueLayout.JAVA_BYTE, at, stored, 0, count);
    return stored;
  }

  /// Whether whatever numbers of the first `count` weights are finite weights. Not for groups that
  /// have a unit above 1, a factor or a divisor.
  public boolean areFinite(int count) {
    float largest = 0;
    for (int group = 0; group < Math.ceilDiv(count, size); group++) {
      float add = hasOffsets ? Math.abs(offsets[group]) : 0;
      largest = Math.max(largest, Math.abs(scales[group]) * MOST + add);
    }
    return largest < Float.POSITIVE_INFINITY;
  }

  /// Writes weights `from` to `from + count` to `target[offset…]`: the definition.
  public void compose(int from, int count, float[] target, int offset) {
    for (int i = from; i < from + count; ) {
      int group = i / size;
      int end = Math.min(from + count, (group + 1) * size);
      compose(i, end, scales[group], hasOffsets ? offsets[group] : 0, target, offset + i - from);
      i = end;
    }
  }

  private void compose(int from, int to, float scale, float add, float[] target, int offset) {
    for (int i = from; i < to; i++) {
      float number = table == null ? numbers[i] : table[numbers[i] & CODES - 1];
      float weight = number * unit * scale * factor / divisor;
      target[offset + i - from] = hasOffsets ? weight + add : weight;
    }
  }
}
