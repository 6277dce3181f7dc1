package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Planes;
import io.github.nonplus.weights.Snippet;
import java.util.List;
import java.util.Map;

/// HQQ's codes: the matrix is reshaped to a grid, [groups, group] where groups run along the inputs
/// and [group, groups] where they run across, and the rows of the grid are packed by parts: a byte
/// holds, from its high bits on, a code of the first part, of the second, … of the same place.
/// Codes of three bits are ten to a word of 32 bits, whose two highest are unused; the last part is
/// then partial. A weight is (code − zero) · scale, rounded after each.
///
/// Planes: codes, scales, zero points.
///
/// @param across whether groups run across (`axis` 0)
public record Hqq(int bits, int group, boolean across, ElementType scaleType, ElementType rounding)
    implements Format {
  private static final int CODES = 0;
  private static final int SCALES = 1;
  private static final int ZEROS = 2;

  public Hqq {
    if ((bits != 8 && bits != 4 && bits != 3 && bits != 2 && bits != 1) || group < 1) {
      throw new IllegalArgumentException("%d bits in groups of %d".formatted(bits, group));
    }
  }

  @Override
  public String name() {
    return "hqq uint%d %s groups of %d %s%s"
        .formatted(
            bits,
            scaleType.mlcName(),
            group,
            across ? "across" : "along",
            Rounding.label(rounding));
  }

  @Override
  public Snippet snippet() {
    return new Snippet(
        "hqq",
        3,
        Map.of(
            "CODE_BITS",
            bits,
            "GROUP_CODES",
            group,
            "ACROSS",
            across ? 1 : 0,
            "SCALE_TYPE",
            scaleType.code(),
            "ROUNDING",
            rounding.code()));
  }

  /// Codes of a byte or word, and parts of the grid.
  private int parts() {
    return bits == 3 ? 10 : 8 / bits;
  }

  private static long groups(int rows, int columns, int group) {
    long weights = (long) rows * columns;
    if (weights % group != 0) {
      throw new IllegalArgumentException(
          "%d x %d weights are no whole groups of %d".formatted(rows, columns, group));
    }
    return weights / group;
  }

  /// Rows of the grid that lie in one part.
  private long partRows(long groups) {
    long rows = across ? group : groups;
    if (bits != 3 && rows % parts() != 0) {
      throw new IllegalArgumentException(
          "%d rows of groups are no %d equal parts".formatted(rows, parts()));
    }
    return Math.ceilDiv(rows, (long) parts());
  }

  @Override
  public List<Long> planeBytes(int rows, int columns) {
    long groups = groups(rows, columns, group);
    long width = across ? groups : group;
    long scales = Math.multiplyExact(groups, scaleType.bytes());
    long unit = bits == 3 ? 4 : 1;
    return List.of(Math.multiplyExact(partRows(groups) * unit, width), scales, scales);
  }

  /// Looks at scales and zero points alone, unless they are so large that a weight might not be
  /// finite.
  @Override
  public int firstNonFinite(Planes planes, int row) {
    long first = (long) row * planes.columns();
    long last = first + planes.columns() - 1;
    for (long at = first / group; !across && at <= last / group; at++) {
      float zero = Math.abs(planes.number(ZEROS, scaleType, at));
      if (!Rounding.staysFinite(rounding, planes.number(SCALES, scaleType, at), 256 + zero)) {
        return Format.super.firstNonFinite(planes, row);
      }
    }
    return across ? Format.super.firstNonFinite(planes, row) : -1;
  }

  @Override
  public void decode(Planes planes, int row, int column, int count, float[] target, int offset) {
    long groups = groups(planes.rows(), planes.columns(), group);
    long width = across ? groups : group;
    long partRows = partRows(groups);
    long first = (long) row * planes.columns() + column;
    for (int i = 0; i < count; ) {
      long gridRow = (first + i) / width;
      long gridColumn = (first + i) % width;
      int run = (int) Math.min(count - i, width - gridColumn);
      int part = (int) (gridRow / partRows);
      long place = gridRow % partRows * width + gridColumn;
      codes(planes, place, part, run, target, offset + i);
      if (across) {
        for (int k = 0; k < run; k++) {
          weights(planes, gridColumn + k, 1, target, offset + i + k);
        }
      } else {
        weights(planes, gridRow, run, target, offset + i);
      }
      i += run;
    }
  }

  /// Writes `count` codes of a part that lie side by side.
  private void codes(Planes planes, long place, int part, int count, float[] target, int offset) {
    int mask = (1 << bits) - 1;
    for (int k = 0; k < count; k++) {
      target[offset + k] =
          bits == 3
              ? planes.word(CODES, 4 * (place + k)) >>> 27 - 3 * part & mask
              : planes.unsigned(CODES, place + k) >>> 8 - bits * (part + 1) & mask;
    }
  }

  /// Makes weights of codes of one group.
  private void weights(Planes planes, long group, int count, float[] target, int offset) {
    float zero = planes.number(ZEROS, scaleType, group);
    float scale = planes.number(SCALES, scaleType, group);
    for (int k = offset; k < offset + count; k++) {
      target[k] -= zero;
    }
    Rounding.round(rounding, target, offset, count);
    for (int k = offset; k < offset + count; k++) {
      target[k] *= scale;
    }
    Rounding.round(rounding, target, offset, count);
  }
}
