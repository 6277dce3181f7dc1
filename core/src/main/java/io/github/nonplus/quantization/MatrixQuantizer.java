package io.github.nonplus.quantization;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
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
  private final Rounding rounding;

  public MatrixQuantizer(GroupQuantization scheme, Rounding rounding) {
    this.scheme = scheme;
    this.rounding = rounding;
  }

  /// The quantized matrix, its scales in the model type, in memory of `arena`.
  public Matrix quantize(Rows source, int rows, int columns, Layout layout, Arena arena) {
    GroupFormat format = new GroupFormat(scheme, layout, scheme.modelType());
    Matrix matrix =
        Matrix.of(
            format,
            rows,
            columns,
            format.planeBytes(rows, columns).stream().map(arena::allocate).toList());
    IntStream.range(0, Math.ceilDiv(rows, BLOCK))
        .parallel()
        .forEach(block -> quantizeBlock(source, block * BLOCK, matrix, layout));
    return matrix;
  }

  private void quantizeBlock(Rows source, int first, Matrix target, Layout layout) {
    GroupQuantizer quantizer = new GroupQuantizer(scheme, rounding, layout);
    int groups = scheme.groups(target.columns());
    float[] weights = new float[target.columns()];
    int[] words = new int[groups * scheme.wordsPerGroup()];
    float[] scales = new float[groups];
    MemorySegment targetWords = target.planes().data().getFirst();
    MemorySegment targetScales = target.planes().data().getLast();
    for (int row = first; row < Math.min(first + BLOCK, target.rows()); row++) {
      source.read(row, weights);
      quantizer.quantize(weights, target.columns(), words, scales);
      for (int i = 0; i < words.length; i++) {
        targetWords.set(WORD, 4 * position(layout, target, row, i, words.length), words[i]);
      }
      for (int i = 0; i < groups; i++) {
        setScale(targetScales, position(layout, target, row, i, groups), scales[i]);
      }
    }
  }

  private static long position(Layout layout, Matrix matrix, int row, int index, int indices) {
    return switch (layout) {
      case NK -> (long) row * indices + index;
      case KN -> (long) index * matrix.rows() + row;
    };
  }

  private void setScale(MemorySegment scales, long position, float scale) {
    ElementType type = scheme.modelType();
    switch (type) {
      case FLOAT32 -> scales.set(SINGLE, 4 * position, scale);
      case FLOAT16, BFLOAT16 -> scales.set(HALF, 2 * position, type.halfBits(scale));
    }
  }
}
