package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Grouped;
import io.github.nonplus.weights.Groups;
import io.github.nonplus.weights.Planes;
import io.github.nonplus.weights.codes.Scaled.Second;
import io.github.nonplus.weights.codes.Scaled.Zeros;
import java.util.Arrays;
import java.util.Optional;

/// Codes under scales whose numbers fit into a byte, as whole numbers under scales: the same bits.
///
/// @param size weights of a group: of a block of columns, or so many of all
record ScaledGroups(Scaled format, int size) implements Grouped {
  /// Groups are that large where a scale is for a whole row.
  private static final int ALL = 256;

  private static final int EIGHT = 8;

  /// Of a format, unless its weights are rounded, or its numbers are too many for a byte.
  static Optional<Grouped> of(Scaled format) {
    int columns = format.scales().columns();
    boolean suits =
        format.rounding().holdsEveryFloat() && columns % EIGHT == 0 && fitsIntoBytes(format);
    return suits
        ? Optional.of(new ScaledGroups(format, columns == 0 ? ALL : columns))
        : Optional.empty();
  }

  private static boolean fitsIntoBytes(Scaled format) {
    int bits = format.codes().bits();
    Zeros zeros = format.zeros();
    return switch (format.codes().type()) {
      case UNSIGNED ->
          (bits < EIGHT && zeros != Zeros.BYTES) || (bits == EIGHT && zeros == Zeros.MIDDLE);
      case SIGNED -> zeros == Zeros.NONE;
      case E2M1 -> format.codes().bits() == 4;
      case E4M3, E5M2, E8M0 -> false;
    };
  }

  @Override
  public int grain() {
    return size;
  }

  @Override
  public Groups groups() {
    if (format.codes().type() == CodeType.E2M1) {
      return Groups.of(size, Arrays.copyOf(CodeType.E2M1.numbers(), 1 << format.codes().bits()));
    }
    return format.zeros() == Zeros.BIASES ? Groups.withOffsets(size) : Groups.of(size);
  }

  @Override
  public void split(Planes planes, int row, int column, int count, Groups groups) {
    groups.reserve(count);
    scales(planes, row, column, Math.ceilDiv(count, size), groups);
    int bits = format.codes().bits();
    long at = row * format.codes().rowBytes(planes.columns()) + (long) column * bits / EIGHT;
    byte[] data = groups.stored(planes, Scaled.CODES, at, Math.ceilDiv(count * bits, EIGHT));
    if (format.zeros() != Zeros.CODES_DOWN) {
      int zero = format.zeros() == Zeros.MIDDLE ? 1 << bits - 1 : 0;
      numbers(data, bits, zero, 0, count, groups.numbers);
      return;
    }
    int down = format.scales().row(row);
    for (int k = 0; k < count; k += size) {
      int block = format.scales().column(column + k);
      float zero = format.zero(planes, down, block, 0);
      numbers(data, bits, (int) zero, k, Math.min(count, k + size), groups.numbers);
    }
  }

  /// Reads scales, biases and the scale of the whole matrix.
  private void scales(Planes planes, int row, int column, int count, Groups groups) {
    Scaled.Scales scales = format.scales();
    int across = scales.across(planes.columns());
    long first = (long) scales.row(row) * across + scales.column(column);
    int blocks = scales.columns() == 0 ? 1 : count;
    scales.type().get(planes, Scaled.SCALES, first, blocks, groups.scales, groups.numbers);
    Arrays.fill(groups.scales, blocks, count, groups.scales[0]);
    if (groups.hasOffsets) {
      scales.type().get(planes, format.zeroPlane(), first, blocks, groups.offsets, groups.numbers);
      Arrays.fill(groups.offsets, blocks, count, groups.offsets[0]);
    }
    if (format.second() != Second.NONE) {
      float second = planes.number(Scaled.SECOND, ElementType.FLOAT32, 0);
      groups.factor = format.second() == Second.MULTIPLIES ? second : 1;
      groups.divisor = format.second() == Second.DIVIDES ? second : 1;
    }
  }

  /// Writes codes `from` to `to` less their zero point, eight at a time.
  private static void numbers(byte[] data, int bits, int zero, int from, int to, byte[] numbers) {
    int at = from / EIGHT * bits;
    for (int i = from; i < to; i += EIGHT, at += bits) {
      Eights.put(numbers, i, eight(Eights.get(data, at), bits, zero));
    }
  }

  /// Eight codes less their zero point.
  private static long eight(long stored, int bits, int zero) {
    return switch (bits) {
      case 1 -> Eights.minus(Eights.spread((int) stored), zero);
      case 2 -> Eights.minus(Eights.spreadPairs((int) stored), zero);
      case 4 -> Eights.minus(Eights.spreadNibbles(stored), zero);
      case EIGHT -> zero == 0 ? stored : Eights.fromTheMiddle(stored);
      default -> Eights.minus(Eights.spread(stored, bits), zero);
    };
  }
}
