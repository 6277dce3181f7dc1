package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Planes;
import io.github.nonplus.weights.Snippet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;

/// Codes of four bits into a table of sixteen numbers, as bitsandbytes stores them: blocks count
/// through the whole matrix and cross row ends. Of a byte, the high bits come first. A weight is
/// number · scale, once rounded.
///
/// Planes: codes; scales, float32; the table, float32. If scales are `nested`, they are bytes into
/// a table of 256 numbers, times a second scale for each block of scales, plus an offset; planes
/// are then also the second scales, their table, and the offset, all float32.
///
/// @param block weights that share a scale
/// @param nested scales that share a second one; 0 if scales are numbers
public record TableBlocks(int block, int nested, ElementType rounding) implements Format {
  private static final int CODES = 0;
  private static final int SCALES = 1;
  private static final int TABLE = 2;
  private static final int SECOND_SCALES = 3;
  private static final int SECOND_TABLE = 4;
  private static final int OFFSET = 5;

  public TableBlocks {
    if (block < 1 || nested < 0) {
      throw new IllegalArgumentException("blocks of %d, of %d".formatted(block, nested));
    }
  }

  @Override
  public String name() {
    return "table of 16, float32 blocks of %d%s%s"
        .formatted(block, nested == 0 ? "" : " in blocks of " + nested, Rounding.label(rounding));
  }

  @Override
  public Snippet snippet() {
    return new Snippet(
        "table_blocks",
        nested == 0 ? 3 : 6,
        Map.of("BLOCK_CODES", block, "NESTED", nested, "ROUNDING", rounding.code()));
  }

  @Override
  public List<Long> planeBytes(int rows, int columns) {
    long weights = (long) rows * columns;
    long scales = Math.ceilDiv(weights, (long) block);
    long codes = Math.ceilDiv(weights, 2L);
    return nested == 0
        ? List.of(codes, 4 * scales, 64L)
        : List.of(codes, scales, 64L, 4 * Math.ceilDiv(scales, (long) nested), 1024L, 4L);
  }

  /// Looks at scales alone, unless one is so large that a weight might not be finite.
  @Override
  public int firstNonFinite(Planes planes, int row) {
    float largest = 0;
    for (int i = 0; i < 16; i++) {
      largest = Math.max(largest, Math.abs(planes.number(TABLE, ElementType.FLOAT32, i)));
    }
    long first = (long) row * planes.columns();
    for (long at = first / block; at <= (first + planes.columns() - 1) / block; at++) {
      if (!Rounding.staysFinite(rounding, scale(planes, at), largest)) {
        return Format.super.firstNonFinite(planes, row);
      }
    }
    return -1;
  }

  @Override
  public void decode(Planes planes, int row, int column, int count, float[] target, int offset) {
    float[] table = new float[16];
    planes.numbers(TABLE, ElementType.FLOAT32, 0, 16, table, 0);
    long first = (long) row * planes.columns() + column;
    long end = first + count;
    byte[] data = new byte[(int) (Math.ceilDiv(end, 2L) - first / 2)];
    MemorySegment.copy(
        planes.data().get(CODES), ValueLayout.JAVA_BYTE, first / 2, data, 0, data.length);
    int odd = (int) (first % 2);
    for (long e = first; e < end; ) {
      long its = e / block;
      long blockEnd = Math.min(end, (its + 1) * block);
      float scale = scale(planes, its);
      int from = (int) (e - first);
      int to = (int) (blockEnd - first);
      for (int i = from; i < to; i++) {
        int place = i + odd;
        target[offset + i] = table[data[place >> 1] >> 4 - 4 * (place & 1) & 15] * scale;
      }
      Rounding.round(rounding, target, offset + from, to - from);
      e = blockEnd;
    }
  }

  private float scale(Planes planes, long index) {
    if (nested == 0) {
      return planes.number(SCALES, ElementType.FLOAT32, index);
    }
    float number = planes.number(SECOND_TABLE, ElementType.FLOAT32, planes.unsigned(SCALES, index));
    float second = planes.number(SECOND_SCALES, ElementType.FLOAT32, index / nested);
    return number * second + planes.number(OFFSET, ElementType.FLOAT32, 0);
  }
}
