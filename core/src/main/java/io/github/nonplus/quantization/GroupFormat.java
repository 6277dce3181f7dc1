package io.github.nonplus.quantization;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Planes;
import io.github.nonplus.weights.Snippet;
import java.util.List;
import java.util.Map;

/// Group quantization as MLC stores it: packed codes in the first plane, one scale a group in the
/// second.
///
/// Element (n, k) means `T(T(code - zeroPoint) * scale)`, T being the scheme's model type: the
/// product is rounded once to T.
///
/// @param layout the order of the matrix, which differs from the scheme's for an embedding
/// @param scaleType how a scale is stored: bfloat16 where the model type is float32
public record GroupFormat(GroupQuantization scheme, Layout layout, ElementType scaleType)
    implements Format {
  private static final int WORDS = 0;
  private static final int SCALES = 1;

  @Override
  public String name() {
    return "%s %s %s".formatted(scheme.name(), layout, scaleType.mlcName());
  }

  @Override
  public Snippet snippet() {
    return new Snippet(
        "groups",
        2,
        Map.of(
            "BITS", scheme.bits(),
            "GROUP", scheme.groupSize(),
            "ZERO", scheme.zeroPoint(),
            "FORMAT", scaleType.code(),
            "KN", layout == Layout.KN ? 1 : 0,
            "ROUNDING", scheme.modelType().code()));
  }

  @Override
  public List<Long> planeBytes(int rows, int columns) {
    long groups = Math.multiplyExact((long) rows, scheme.groups(columns));
    return List.of(
        Math.multiplyExact(4 * groups, scheme.wordsPerGroup()), groups * scaleType.bytes());
  }

  /// Words of a row of `columns` weights.
  public int words(int columns) {
    return scheme.groups(columns) * scheme.wordsPerGroup();
  }

  /// The packed codes of a row: word `index`, counted along the inputs.
  public int word(Planes planes, int row, int index) {
    return planes.word(WORDS, 4 * position(planes, row, index, words(planes.columns())));
  }

  /// The scale of a row's group `index`, counted along the inputs.
  public float scale(Planes planes, int row, int index) {
    int groups = scheme.groups(planes.columns());
    return planes.number(SCALES, scaleType, position(planes, row, index, groups));
  }

  /// Writes the words of groups `first` to `last` of rows `from` to `to` in the order of
  /// [Layout#KN]: their word i of the n-th row at i · stride + n.
  public void words(
      Planes planes, int from, int to, int first, int last, int[] target, int stride) {
    int count = words(planes.columns());
    int begin = first * scheme.wordsPerGroup();
    int words = (last - first) * scheme.wordsPerGroup();
    if (layout == Layout.KN) {
      for (int i = 0; i < words; i++) {
        long at = position(planes, from, begin + i, count);
        planes.words(WORDS, at, to - from, target, i * stride);
      }
      return;
    }
    for (int row = from; row < to; row++) {
      long at = position(planes, row, begin, count);
      for (int i = 0; i < words; i++) {
        target[i * stride + row - from] = planes.word(WORDS, 4 * (at + i));
      }
    }
  }

  /// Writes their scales likewise: that of the i-th group of the n-th row at i · stride + n.
  public void scales(
      Planes planes, int from, int to, int first, int last, float[] target, int stride) {
    int count = scheme.groups(planes.columns());
    if (layout == Layout.KN) {
      for (int i = 0; i < last - first; i++) {
        long at = position(planes, from, first + i, count);
        planes.numbers(SCALES, scaleType, at, to - from, target, i * stride);
      }
      return;
    }
    for (int row = from; row < to; row++) {
      for (int i = 0; i < last - first; i++) {
        target[i * stride + row - from] = scale(planes, row, first + i);
      }
    }
  }

  private long position(Planes planes, int row, int index, int indices) {
    return switch (layout) {
      case NK -> (long) row * indices + index;
      case KN -> (long) index * planes.rows() + row;
    };
  }

  @Override
  public int firstNonFinite(Planes planes, int row) {
    for (int group = 0; group < scheme.groups(planes.columns()); group++) {
      if (!Float.isFinite(scale(planes, row, group))) {
        return group * scheme.groupSize();
      }
    }
    return -1;
  }

  @Override
  public void decode(Planes planes, int row, int column, int count, float[] target, int offset) {
    int perWord = scheme.codesPerWord();
    int mask = (1 << scheme.bits()) - 1;
    int end = column + count;
    float[] values = new float[mask + 1];
    for (int k = column; k < end; ) {
      int group = k / scheme.groupSize();
      int groupEnd = Math.min(end, (group + 1) * scheme.groupSize());
      float scale = scale(planes, row, group);
      for (int code = 0; code <= mask; code++) {
        values[code] = scheme.rounded((code - scheme.zeroPoint()) * scale);
      }
      while (k < groupEnd) {
        int inGroup = k - group * scheme.groupSize();
        int index = group * scheme.wordsPerGroup() + inGroup / perWord;
        int wordEnd = Math.min(groupEnd, k + perWord - inGroup % perWord);
        int word = word(planes, row, index) >>> scheme.bits() * (inGroup % perWord);
        for (; k < wordEnd; k++) {
          target[offset + k - column] = values[word & mask];
          word >>>= scheme.bits();
        }
      }
    }
  }
}
