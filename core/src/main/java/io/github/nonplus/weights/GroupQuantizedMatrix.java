package io.github.nonplus.weights;

import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.quantization.Layout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/// A group-quantized matrix as MLC stores it: packed codes in `words`, one scale a group in
/// `scales`.
///
/// Element (n, k) means `T(T(code - zeroPoint) * scale)`, T being the scheme's model type: the
/// product is rounded once to T.
///
/// @param layout the order of this matrix, which differs from the scheme's for an embedding
/// @param storedRows outputs of the whole stored matrix, the row stride of [Layout#KN]
/// @param firstRow where this slice begins in it
/// @param scaleType how a scale is stored: bfloat16 where the model type is float32
public record GroupQuantizedMatrix(
    GroupQuantization scheme,
    Layout layout,
    int storedRows,
    int firstRow,
    int rows,
    int columns,
    MemorySegment words,
    ElementType scaleType,
    MemorySegment scales)
    implements Matrix {
  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public GroupQuantizedMatrix {
    Objects.checkFromIndexSize(firstRow, rows, storedRows);
    long groups = (long) storedRows * scheme.groups(columns);
    if (words.byteSize() != 4 * groups * scheme.wordsPerGroup()
        || scales.byteSize() != groups * scaleType.bytes()) {
      throw new IllegalArgumentException(
          "%d + %d bytes for %d x %d %s"
              .formatted(words.byteSize(), scales.byteSize(), storedRows, columns, scheme.name()));
    }
  }

  @Override
  public MatrixForm form() {
    return new MatrixForm.Grouped(scheme, layout, scaleType);
  }

  @Override
  public long bytes() {
    return (words.byteSize() + scales.byteSize()) / storedRows * rows;
  }

  @Override
  public GroupQuantizedMatrix slice(int from, int to) {
    Objects.checkFromToIndex(from, to, rows);
    return new GroupQuantizedMatrix(
        scheme, layout, storedRows, firstRow + from, to - from, columns, words, scaleType, scales);
  }

  /// The packed codes of a row: word `index`, counted along the inputs.
  public int word(int row, int index) {
    return words.get(
        WORD, 4 * position(row, index, scheme.groups(columns) * scheme.wordsPerGroup()));
  }

  /// The scale of a row's group `index`, counted along the inputs.
  public float scale(int row, int index) {
    return Floats.get(scaleType, scales, position(row, index, scheme.groups(columns)));
  }

  /// Writes the words of rows `from` to `to` in the order of [Layout#KN]: word i of the n-th of
  /// them at i · stride + n.
  public void words(int from, int to, int[] target, int stride) {
    Objects.checkFromToIndex(from, to, rows);
    int count = scheme.groups(columns) * scheme.wordsPerGroup();
    if (layout == Layout.KN) {
      for (int i = 0; i < count; i++) {
        MemorySegment.copy(
            words, WORD, 4 * position(from, i, count), target, i * stride, to - from);
      }
      return;
    }
    for (int row = from; row < to; row++) {
      long at = position(row, 0, count);
      for (int i = 0; i < count; i++) {
        target[i * stride + row - from] = words.get(WORD, 4 * (at + i));
      }
    }
  }

  /// Writes the scales of rows `from` to `to` likewise: scale of group i of the n-th of them at i ·
  /// stride + n.
  public void scales(int from, int to, float[] target, int stride) {
    Objects.checkFromToIndex(from, to, rows);
    int count = scheme.groups(columns);
    if (layout == Layout.KN) {
      for (int i = 0; i < count; i++) {
        long at = position(from, i, count);
        Floats.copy(scaleType, scales, at, to - from, target, i * stride);
      }
      return;
    }
    for (int row = from; row < to; row++) {
      for (int i = 0; i < count; i++) {
        target[i * stride + row - from] = scale(row, i);
      }
    }
  }

  private long position(int row, int index, int indices) {
    long stored = firstRow + row;
    return switch (layout) {
      case NK -> stored * indices + index;
      case KN -> (long) index * storedRows + stored;
    };
  }

  @Override
  public long firstNonFinite() {
    for (int row = 0; row < rows; row++) {
      for (int group = 0; group < scheme.groups(columns); group++) {
        if (!Float.isFinite(scale(row, group))) {
          return (long) row * columns + (long) group * scheme.groupSize();
        }
      }
    }
    return -1;
  }

  @Override
  public void decode(int from, int to, float[] target, int offset) {
    Objects.checkFromToIndex(from, to, rows);
    int codesPerWord = scheme.codesPerWord();
    int mask = (1 << scheme.bits()) - 1;
    boolean roundsToHalf = scheme.modelType() == ElementType.FLOAT16;
    float[] values = new float[mask + 1];
    for (int row = from; row < to; row++) {
      int at = offset + (row - from) * columns;
      for (int group = 0; group < scheme.groups(columns); group++) {
        float scale = scale(row, group);
        for (int code = 0; code <= mask; code++) {
          float product = (code - scheme.zeroPoint()) * scale;
          values[code] =
              roundsToHalf ? Float.float16ToFloat(Float.floatToFloat16(product)) : product;
        }
        int end = Math.min(columns, (group + 1) * scheme.groupSize());
        int index = group * scheme.wordsPerGroup();
        for (int k = group * scheme.groupSize(); k < end; k += codesPerWord, index++) {
          int word = word(row, index);
          for (int i = 0; i < codesPerWord && k + i < end; i++) {
            target[at + k + i] = values[word >>> (scheme.bits() * i) & mask];
          }
        }
      }
    }
  }
}
