package io.github.nonplus.verification;

import io.github.nonplus.device.Observation.Written;
import io.github.nonplus.program.op.Route;
import java.util.Arrays;
import java.util.OptionalInt;

/// What two devices made of the same router. Where both chose the same experts, weights are
/// compared; where they did not, rounding explains it only if the reference's margin is as small.
///
/// @param difference of weights, or the largest margin that was not respected
/// @param parted the first token for which other experts were chosen within rounding: what follows
///   in the window is no longer the same computation
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

  /// Whether all tokens went to the same experts, or within rounding.
  boolean isSame() {
    return parted.isEmpty();
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
