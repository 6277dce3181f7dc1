package io.github.nonplus.device;

import io.github.nonplus.program.op.Route;

/// Which experts the rows of a batch were routed to by one router.
///
/// @param experts of each row, as many as are chosen for it, ascending
/// @param hasSmallMargin for each row whether rounding may have chosen another expert: its margin
///   is below [Route#SMALL_MARGIN]
public record Routed(Route route, int[] experts, boolean[] hasSmallMargin) {
  /// In numbers that hold an expert and, that of a row's first, whether its margin is small.
  public static final int SMALL = 1 << 30;

  /// Takes such numbers apart.
  public static Routed of(Route route, int[] numbers) {
    int[] experts = new int[numbers.length];
    boolean[] small = new boolean[numbers.length / route.chosen()];
    for (int i = 0; i < numbers.length; i++) {
      experts[i] = numbers[i] & ~SMALL;
      small[i / route.chosen()] |= (numbers[i] & SMALL) != 0;
    }
    return new Routed(route, experts, small);
  }

  /// How many rows there are.
  public int rows() {
    return hasSmallMargin.length;
  }

  /// The j-th expert of a row.
  public int expert(int row, int j) {
    return experts[row * route.chosen() + j];
  }
}
