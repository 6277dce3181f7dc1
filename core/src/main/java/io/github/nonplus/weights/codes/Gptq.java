package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.ElementType;
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
    implements InputByInput {
  private static final int WORDS = 0;
  private static final int ZEROS = 1;
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

  @Override
  public int groups(int columns) {
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

  @Override
  public Outputs outputs(Planes planes, int row, int rows) {
    return new Streams(this, planes, row, rows);
  }

  /// Streams of codes side by side, of which a word each is at hand.
  private static final class Streams implements Outputs {
    private final Gptq format;
    private final Planes planes;
    private final int row;
    private final int groups;
    private final long zeroBytes;
    private final int[] words;
    private final int[] next;
    private long word = -1;

    Streams(Gptq format, Planes planes, int row, int rows) {
      this.format = format;
      this.planes = planes;
      this.row = row;
      this.groups = format.groups(planes.columns());
      this.zeroBytes = planes.data().get(ZEROS).byteSize() / groups;
      this.words = new int[rows];
      this.next = new int[rows];
    }

    @Override
    public int firstGroup(int column) {
      return format.indexed ? 0 : format.groupOf(column);
    }

    @Override
    public int endGroup(int column) {
      return format.indexed ? groups : format.groupOf(column) + 1;
    }

    @Override
    public int group(int column) {
      return format.indexed ? planes.word(INDEX, 4L * column) : format.groupOf(column);
    }

    @Override
    public void zeros(int group, float[] zeros, int at) {
      CodeStream stream =
          CodeStream.of(planes, ZEROS, group * zeroBytes, format.bits, row, words.length);
      for (int n = 0; n < words.length; n++) {
        zeros[at + n] = stream.get(n) + format.above;
      }
    }

    @Override
    public int[] words(int column) {
      long bit = (long) column * format.bits;
      if (bit / 32 != word) {
        word = bit / 32;
        planes.words(WORDS, word * planes.rows() + row, words.length, words, 0);
      }
      int shift = (int) (bit % 32);
      if (shift + format.bits <= 32) {
        return words;
      }
      planes.words(WORDS, (word + 1) * planes.rows() + row, words.length, next, 0);
      for (int n = 0; n < words.length; n++) {
        next[n] = words[n] >>> shift | next[n] << 32 - shift;
      }
      return next;
    }

    @Override
    public int shift(int column) {
      int shift = (int) ((long) column * format.bits % 32);
      return shift + format.bits > 32 ? 0 : shift;
    }
  }
}
