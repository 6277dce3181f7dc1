package io.github.nonplus.verification;

import io.github.nonplus.device.Observation;
import io.github.nonplus.device.Observation.Written;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.op.SelectKeys;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/// What two devices made of the same router, or of the same choice of keys. Where both chose the
/// same experts, weights are compared; where they did not, rounding explains it only if the
/// reference's margin is as small.
///
/// @param difference of weights, or the largest margin that was not respected
/// @param parted the first token for which other experts or keys were chosen within rounding: what
///   follows in the window is no longer the same computation
record RoutingComparison(Difference difference, OptionalInt parted) {
  /// How much of a logit's error a score may have: a sigmoid's steepness times what a row's largest
  /// logit commonly is.
  private static final double STEEPNESS = 4;

  /// @param allowed by which logits may differ, relative to a row's largest number
  static RoutingComparison of(
      Written found, Written expected, Route route, double allowed, int window) {
    int chosen = route.chosen();
    int width = Route.width(chosen);
    Difference largest = new Difference(0, window, 0);
    OptionalInt parted = OptionalInt.empty();
    for (int row = 0; row < expected.values().length / width; row++) {
      float[] own = Arrays.copyOfRange(found.values(), row * width, (row + 1) * width);
      float[] right = Arrays.copyOfRange(expected.values(), row * width, (row + 1) * width);
      if (Arrays.equals(own, 0, chosen, right, 0, chosen)) {
        largest = largest.max(new Difference(weights(own, right, chosen), window, row));
      } else {
        double margin = right[Route.margin(chosen)];
        if (margin > STEEPNESS * allowed) {
          largest = largest.max(new Difference(margin, window, row));
        } else if (parted.isEmpty()) {
          parted = OptionalInt.of(row);
        }
      }
    }
    return new RoutingComparison(largest, parted);
  }

  /// What two devices made of the same choice, if it is one.
  static Optional<RoutingComparison> find(
      Observation found, Observation expected, double allowed, int window) {
    if (!(found instanceof Written left) || !(expected instanceof Written right)) {
      return Optional.empty();
    }
    if (right.operation() instanceof Route route) {
      return Optional.of(of(left, right, route, allowed, window));
    }
    return right.operation() instanceof SelectKeys select
        ? Optional.of(of(left, right, select, allowed, window))
        : Optional.empty();
  }

  /// Whether what an operation writes are numbers of what was chosen, which are no quantities.
  static boolean isChoice(Operation operation) {
    return operation instanceof Route || operation instanceof SelectKeys;
  }

  /// Whether all tokens went to the same experts, or attend to the same keys.
  boolean isSame() {
    return parted.isEmpty();
  }

  /// The same for keys, which have no weights.
  static RoutingComparison of(
      Written found, Written expected, SelectKeys select, double allowed, int window) {
    int width = select.output().width();
    Difference largest = new Difference(0, window, 0);
    OptionalInt parted = OptionalInt.empty();
    for (int row = 0; row < expected.values().length / width; row++) {
      int at = row * width;
      int end = at + select.margin();
      if (!Arrays.equals(found.values(), at, end, expected.values(), at, end)) {
        double margin = expected.values()[end];
        if (margin > STEEPNESS * allowed) {
          largest = largest.max(new Difference(margin, window, row));
        } else if (parted.isEmpty()) {
          parted = OptionalInt.of(row);
        }
      }
    }
    return new RoutingComparison(largest, parted);
  }

  private static double weights(float[] own, float[] right, int chosen) {
    double most = 0;
    double apart = 0;
    for (int i = chosen; i < 2 * chosen; i++) {
      most = Math.max(most, Math.abs(right[i]));
      apart = Math.max(apart, Math.abs((double) own[i] - right[i]));
    }
    return apart == 0 ? 0 : apart / most;
  }
}
