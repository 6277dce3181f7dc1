package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Planes;
import io.github.nonplus.weights.Snippet;
import java.util.List;
import java.util.Map;

/// AWQ's codes of four bits, an input a row: [inputs, outputs / 8] words, whose nibbles are outputs
/// 0 2 4 6 1 3 5 7. A weight is (code − zero) · scale, once rounded.
///
/// Planes: words; zero points [groups, outputs / 8] in the same order; scales [groups, outputs].
///
/// @param group inputs of a group, 0 for all
public record Awq(int group, ElementType scaleType, ElementType rounding) implements InputByInput {
  private static final int WORDS = 0;
  private static final int ZEROS = 1;
  private static final int PER_WORD = 8;

  public Awq {
    if (group < 0) {
      throw new IllegalArgumentException("groups of " + group);
    }
  }

  @Override
  public String name() {
    return "awq uint4 %s groups of %s%s"
        .formatted(
            scaleType.mlcName(),
            group == 0 ? "all" : Integer.toString(group),
            Rounding.label(rounding));
  }

  @Override
  public Snippet snippet() {
    return new Snippet(
        "awq",
        3,
        Map.of(
            "GROUP_INPUTS", group,
            "SCALE_TYPE", scaleType.code(),
            "ROUNDING", rounding.code()));
  }

  @Override
  public List<Long> planeBytes(int rows, int columns) {
    if (rows % PER_WORD != 0) {
      throw new IllegalArgumentException(rows + " outputs are no whole words of 8 codes");
    }
    long groups = groups(columns);
    return List.of(
        (long) columns * (rows / 2),
        groups * (rows / 2),
        Math.multiplyExact(groups * scaleType.bytes(), rows));
  }

  @Override
  public int bits() {
    return 4;
  }

  @Override
  public int groups(int columns) {
    return group == 0 ? 1 : Math.ceilDiv(columns, group);
  }

  /// The lowest bit of an output's code in its word.
  private static int firstBit(int row) {
    int place = row % PER_WORD;
    return 4 * (place % 2 * 4 + place / 2);
  }

  @Override
  public Outputs outputs(Planes planes, int row, int rows) {
    return new Nibbles(this, planes, row, rows);
  }

  /// Words of eight outputs each.
  private static final class Nibbles implements Outputs {
    private final Awq format;
    private final Planes planes;
    private final long across;
    private final int firstWord;
    private final int first;
    private final int[] words;
    private final int[] shifts;
    private final int[] codes;

    Nibbles(Awq format, Planes planes, int row, int rows) {
      this.format = format;
      this.planes = planes;
      this.across = planes.rows() / PER_WORD;
      this.firstWord = row / PER_WORD;
      this.first = row % PER_WORD;
      this.words = new int[(row + rows - 1) / PER_WORD + 1 - firstWord];
      this.shifts = new int[rows];
      this.codes = new int[rows];
      for (int n = 0; n < rows; n++) {
        shifts[n] = firstBit(row + n);
      }
    }

    @Override
    public int firstGroup(int column) {
      return group(column);
    }

    @Override
    public int endGroup(int column) {
      return group(column) + 1;
    }

    @Override
    public int group(int column) {
      return format.group == 0 ? 0 : column / format.group;
    }

    @Override
    public void zeros(int group, float[] zeros, int at) {
      read(ZEROS, group);
      for (int n = 0; n < codes.length; n++) {
        zeros[at + n] = codes[n];
      }
    }

    @Override
    public int[] words(int column) {
      read(WORDS, column);
      return codes;
    }

    @Override
    public int shift(int column) {
      return 0;
    }

    private void read(int plane, int line) {
      planes.words(plane, line * across + firstWord, words.length, words, 0);
      for (int n = 0; n < codes.length; n++) {
        codes[n] = words[first + n >>> 3] >>> shifts[n] & 15;
      }
    }
  }
}
