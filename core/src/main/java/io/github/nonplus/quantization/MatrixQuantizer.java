package io.github.nonplus.quantization;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.GroupQuantizedMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/// Quantizes whole matrices row by row, on all processors; the rows do not depend on each other, so
/// neither does the result on their number.
public final class MatrixQuantizer {
  /// Rows that one task handles: with [Layout#KN] they lie side by side.
  private static final int BLOCK = 32;

  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat SINGLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final GroupQuantization scheme;
  private final GroupQuantizer quantizer;

  public MatrixQuantizer(GroupQuantization scheme, Rounding rounding) {
    this.scheme = scheme;
    this.quantizer = new GroupQuantizer(scheme, rounding);
  }

  /// Where the weights come from; asked from several threads at once.
  @FunctionalInterface
  public interface Rows {
    /// Writes row `row` to `target[0…]`, every value already one of the scheme's model type.
    void read(int row, float[] target);
  }

  /// The quantized matrix, its scales in the model type, in memory of `arena`.
  public GroupQuantizedMatrix quantize(
      Rows source, int rows, int columns, Layout layout, Arena arena) {
    int groups = scheme.groups(columns);
    int words = groups * scheme.wordsPerGroup();
    ElementType scaleType = scheme.modelType();
    GroupQuantizedMatrix matrix =
        new GroupQuantizedMatrix(
            scheme,
            layout,
            rows,
            0,
            rows,
            columns,
            arena.allocate(4L * rows * words),
            scaleType,
            arena.allocate((long) scaleType.bytes() * rows * groups));
    IntStream.range(0, Math.ceilDiv(rows, BLOCK))
        .parallel()
        .forEach(block -> quantizeBlock(source, block * BLOCK, matrix));
    return matrix;
  }

  private void quantizeBlock(Rows source, int first, GroupQuantizedMatrix target) {
    int groups = scheme.groups(target.columns());
    float[] weights = new float[target.columns()];
    int[] words = new int[groups * scheme.wordsPerGroup()];
    float[] scales = new float[groups];
    for (int row = first; row < Math.min(first + BLOCK, target.rows()); row++) {
      source.read(row, weights);
      quantizer.quantize(weights, target.columns(), words, scales);
      for (int i = 0; i < words.length; i++) {
        target.words().set(WORD, 4 * position(target, row, i, words.length), words[i]);
      }
      for (int i = 0; i < groups; i++) {
        setScale(target, position(target, row, i, groups), scales[i]);
      }
    }
  }

  private static long position(GroupQuantizedMatrix matrix, int row, int index, int indices) {
    return switch (matrix.layout()) {
      case NK -> (long) row * indices + index;
      case KN -> (long) index * matrix.rows() + row;
    };
  }

  private static void setScale(GroupQuantizedMatrix matrix, long position, float scale) {
    MemorySegment scales = matrix.scales();
    if (matrix.scaleType() == ElementType.FLOAT16) {
      scales.set(HALF, 2 * position, Float.floatToFloat16(scale));
    } else {
      scales.set(SINGLE, 4 * position, scale);
    }
  }
}
