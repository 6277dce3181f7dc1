package io.github.nonplus.device.cpu.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// Packs eight rows of weights into a tile, 16 inputs at a time: three steps in which the numbers
/// of two vectors alternate, one by one, then in twos, then in fours. With vectors of 512 bits such
/// a step is one operation for 16 numbers.
final class EightRows {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;
  private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_512;
  static final int LENGTH = SPECIES.length();
  private static final int ROWS = 8;

  private static final IntVector LOWER_ONES = alternate(1, 0);
  private static final IntVector UPPER_ONES = alternate(1, LENGTH / 2);
  private static final IntVector LOWER_TWOS = alternate(2, 0);
  private static final IntVector UPPER_TWOS = alternate(2, LENGTH / 2);
  private static final IntVector LOWER_FOURS = alternate(4, 0);
  private static final IntVector UPPER_FOURS = alternate(4, LENGTH / 2);

  private EightRows() {}

  /// From number `first` on, `together` of one vector and as many of the other, and so on.
  private static IntVector alternate(int together, int first) {
    int[] indices = new int[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      int vector = i / together % 2;
      indices[i] = vector * LENGTH + first + i / (2 * together) * together + i % together;
    }
    return IntVector.fromArray(SPECIES, indices, 0);
  }

  /// Packs whole vectors of inputs.
  ///
  /// @param at where the first row begins, the next ones `stride` behind each other
  /// @param tileAt where the weights of the first input go
  /// @return how many inputs were packed; fewer than a vector of them are left
  static int pack(float[] rows, int at, int stride, int inputs, float[] tile, int tileAt) {
    int i = 0;
    for (; i + LENGTH <= inputs; i += LENGTH) {
      int first = at + i;
      IntVector a = row(rows, first);
      IntVector b = row(rows, first + stride);
      IntVector c = row(rows, first + 2 * stride);
      IntVector d = row(rows, first + 3 * stride);
      IntVector e = row(rows, first + 4 * stride);
      IntVector f = row(rows, first + 5 * stride);
      IntVector g = row(rows, first + 6 * stride);
      IntVector h = row(rows, first + 7 * stride);
      IntVector abLower = LOWER_ONES.selectFrom(a, b);
      IntVector abUpper = UPPER_ONES.selectFrom(a, b);
      IntVector cdLower = LOWER_ONES.selectFrom(c, d);
      IntVector cdUpper = UPPER_ONES.selectFrom(c, d);
      IntVector efLower = LOWER_ONES.selectFrom(e, f);
      IntVector efUpper = UPPER_ONES.selectFrom(e, f);
      IntVector ghLower = LOWER_ONES.selectFrom(g, h);
      IntVector ghUpper = UPPER_ONES.selectFrom(g, h);
      IntVector abcd0 = LOWER_TWOS.selectFrom(abLower, cdLower);
      IntVector abcd4 = UPPER_TWOS.selectFrom(abLower, cdLower);
      IntVector abcd8 = LOWER_TWOS.selectFrom(abUpper, cdUpper);
      IntVector abcd12 = UPPER_TWOS.selectFrom(abUpper, cdUpper);
      IntVector efgh0 = LOWER_TWOS.selectFrom(efLower, ghLower);
      IntVector efgh4 = UPPER_TWOS.selectFrom(efLower, ghLower);
      IntVector efgh8 = LOWER_TWOS.selectFrom(efUpper, ghUpper);
      IntVector efgh12 = UPPER_TWOS.selectFrom(efUpper, ghUpper);
      int to = tileAt + i * ROWS;
      store(LOWER_FOURS.selectFrom(abcd0, efgh0), tile, to);
      store(UPPER_FOURS.selectFrom(abcd0, efgh0), tile, to + LENGTH);
      store(LOWER_FOURS.selectFrom(abcd4, efgh4), tile, to + 2 * LENGTH);
      store(UPPER_FOURS.selectFrom(abcd4, efgh4), tile, to + 3 * LENGTH);
      store(LOWER_FOURS.selectFrom(abcd8, efgh8), tile, to + 4 * LENGTH);
      store(UPPER_FOURS.selectFrom(abcd8, efgh8), tile, to + 5 * LENGTH);
      store(LOWER_FOURS.selectFrom(abcd12, efgh12), tile, to + 6 * LENGTH);
      store(UPPER_FOURS.selectFrom(abcd12, efgh12), tile, to + 7 * LENGTH);
    }
    return i;
  }

  /// Their bits: a selection from integers takes integers as indices, and converts nothing.
  private static IntVector row(float[] rows, int at) {
    return FloatVector.fromArray(FLOATS, rows, at).reinterpretAsInts();
  }

  private static void store(IntVector bits, float[] tile, int at) {
    bits.reinterpretAsFloats().intoArray(tile, at);
  }
}
