package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Planes;
import io.github.nonplus.weights.Snippet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// GPTQ's codes, which run down the inputs: code k of an output is the k-th of a stream whose words
/// lie one below the other, [inputs · bits / 32, outputs]. A weight is (code − zero) · scale, once
/// rounded.
///
/// Planes: words; zero points [groups, outputs · bits / 32], streams along the outputs; scales
/// [groups, outputs]; and, if `indexed`, the group of each input, 32 bits each, in any order.
///
/// @param group inputs of a group, 0 for all; the last may be smaller
/// @param above what is added to a stored zero point: 1 in the first version of the format
public record Gptq(
    int bits, int group, boolean indexed, int above, ElementType scaleType, ElementType rounding)
    implements Format {
  private static final int WORDS = 0;
  private static final int ZEROS = 1;
  private static final int SCALES = 2;
  private static final int INDEX = 3;

  public Gptq {
    if (bits < 1 || bits > 8 || group < 0) {
      throw new IllegalArgumentException("%d bits in groups of %d".formatted(bits, group));
    }
  }

  @Override
  public String name() {
    return "gptq uint%d %s groups of %s, zero + %d%s%s"
        .formatted(
            bits,
            scaleType.mlcName(),
            group == 0 ? "all" : Integer.toString(group),
            above,
            indexed ? ", in any order" : "",
            Rounding.label(rounding));
  }

  @Override
  public Snippet snippet() {
    return new Snippet(
        "gptq",
        indexed ? 4 : 3,
        Map.of(
            "CODE_BITS",
            bits,
            "GROUP_INPUTS",
            group,
            "INDEXED",
            indexed ? 1 : 0,
            "ABOVE",
            above,
            "SCALE_TYPE",
            scaleType.code(),
            "ROUNDING",
            rounding.code()));
  }

  private int groups(int columns) {
    return group == 0 ? 1 : Math.ceilDiv(columns, group);
  }

  private int groupOf(int column) {
    return group == 0 ? 0 : column / group;
  }

  @Override
  public List<Long> planeBytes(int rows, int columns) {
    long groups = groups(columns);
    List<Long> bytes = new ArrayList<>();
    bytes.add(Math.multiplyExact(4L * Math.ceilDiv((long) columns * bits, 32L), rows));
    bytes.add(Math.multiplyExact(groups, 4L * Math.ceilDiv((long) rows * bits, 32L)));
    bytes.add(Math.multiplyExact(groups * scaleType.bytes(), rows));
    if (indexed) {
      bytes.add(4L * columns);
    }
    return bytes;
  }

  @Override
  public Optional<String> fault(Planes planes) {
    return wrongGroup(planes).or(() -> wrapped(planes));
  }

  private Optional<String> wrongGroup(Planes planes) {
    int groups = groups(planes.columns());
    for (int k = 0; indexed && k < planes.columns(); k++) {
      int found = planes.word(INDEX, 4L * k);
      if (found < 0 || found >= groups) {
        return Optional.of(
            "g_idx puts input %d in group %d, but there are %d groups".formatted(k, found, groups));
      }
    }
    return Optional.empty();
  }

  /// A zero point of 0 is stored as the largest code where 1 is to be added: kernels make 0 or a
  /// power of two of it.
  private Optional<String> wrapped(Planes planes) {
    int largest = (1 << bits) - 1;
    if (above == 0) {
      return Optional.empty();
    }
    long bytes = planes.data().get(ZEROS).byteSize() / groups(planes.columns());
    for (int g = 0; g < groups(planes.columns()); g++) {
      CodeStream zeros = CodeStream.of(planes, ZEROS, g * bytes, bits, 0, planes.rows());
      for (int n = 0; n < planes.rows(); n++) {
        if (zeros.get(n) == largest) {
          return Optional.of(
              "the zero point of output %d in group %d is stored as %d, of which kernels make 0 or %d"
                  .formatted(n, g, largest, largest + 1));
        }
      }
    }
    return Optional.empty();
  }

  /// Looks at scales alone, unless one is so large that a weight might not be finite.
  @Override
  public int firstNonFinite(Planes planes, int row) {
    long groups = planes.data().get(SCALES).byteSize() / ((long) scaleType.bytes() * planes.rows());
    for (int g = 0; g < groups; g++) {
      float scale = planes.number(SCALES, scaleType, (long) g * planes.rows() + row);
      if (!Rounding.staysFinite(rounding, scale, 256)) {
        return Format.super.firstNonFinite(planes, row);
      }
    }
    return -1;
  }

  @Override
  public void decode(Planes planes, int row, int column, int count, float[] target, int offset) {
    decode(planes, row, 1, column, count, target, offset, count);
  }

  @Override
  public void decode(
      Planes planes,
      int row,
      int rows,
      int column,
      int count,
      float[] target,
      int offset,
      int pitch) {
    if (count == 0) {
      return;
    }
    int firstGroup = indexed ? 0 : groupOf(column);
    int endGroup = indexed ? groups(planes.columns()) : groupOf(column + count - 1) + 1;
    float[] scales = new float[(endGroup - firstGroup) * rows];
    float[] zeros = new float[scales.length];
    readGroups(planes, row, rows, firstGroup, endGroup, scales, zeros);
    int[] words = new int[rows];
    int[] next = new int[rows];
    float[] values = new float[rows];
    long word = -1;
    for (int k = column; k < column + count; k++) {
      long bit = (long) k * bits;
      if (bit / 32 != word) {
        word = bit / 32;
        planes.words(WORDS, word * planes.rows() + row, rows, words, 0);
      }
      int shift = (int) (bit % 32);
      boolean crosses = shift + bits > 32;
      if (crosses) {
        planes.words(WORDS, (word + 1) * planes.rows() + row, rows, next, 0);
      }
      int group = indexed ? planes.word(INDEX, 4L * k) : groupOf(k) - firstGroup;
      codes(words, crosses ? next : null, shift, rows, values);
      weights(values, scales, zeros, group * rows, rows);
      Rounding.round(rounding, values, 0, rows);
      int out = offset + k - column;
      for (int n = 0; n < rows; n++) {
        target[out + n * pitch] = values[n];
      }
    }
  }

  private void codes(int[] words, int[] next, int shift, int rows, float[] values) {
    int mask = (1 << bits) - 1;
    if (next != null) {
      for (int n = 0; n < rows; n++) {
        values[n] = (words[n] >>> shift | next[n] << 32 - shift) & mask;
      }
      return;
    }
    for (int n = 0; n < rows; n++) {
      values[n] = words[n] >>> shift & mask;
    }
  }

  private static void weights(float[] values, float[] scales, float[] zeros, int at, int rows) {
    for (int n = 0; n < rows; n++) {
      values[n] = (values[n] - zeros[at + n]) * scales[at + n];
    }
  }

  /// Scales and zero points of groups, those of one group side by side.
  private void readGroups(
      Planes planes, int row, int rows, int first, int end, float[] scales, float[] zeros) {
    long zeroBytes = planes.data().get(ZEROS).byteSize() / groups(planes.columns());
    for (int g = first; g < end; g++) {
      int at = (g - first) * rows;
      planes.numbers(SCALES, scaleType, (long) g * planes.rows() + row, rows, scales, at);
      CodeStream stream = CodeStream.of(planes, ZEROS, g * zeroBytes, bits, row, rows);
      for (int n = 0; n < rows; n++) {
        zeros[at + n] = stream.get(n) + above;
      }
    }
  }
}
