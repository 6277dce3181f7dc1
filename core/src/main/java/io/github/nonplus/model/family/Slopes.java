package io.github.nonplus.model.family;

import java.util.ArrayList;
import java.util.List;

/// Slopes of ALiBi, one for each head.
final class Slopes {
  private Slopes() {}

  /// As BLOOM has them: powers of 2 in equal steps for as many heads as the largest power of two,
  /// and for the others every second step of the next one.
  static List<Double> ofPowers(int heads) {
    int power = Integer.highestOneBit(heads);
    List<Double> slopes = new ArrayList<>();
    for (int head = 0; head < heads; head++) {
      slopes.add(
          head < power
              ? StrictMath.pow(2, -8.0 * (head + 1) / power)
              : StrictMath.pow(2, -8.0 * (2 * (head - power) + 1) / (2 * power)));
    }
    return slopes;
  }

  /// As MPT has them: steps for the next power of two; where there are fewer heads, every second
  /// step first, then those between.
  static List<Double> ofSteps(int heads) {
    int power = heads == Integer.highestOneBit(heads) ? heads : 2 * Integer.highestOneBit(heads);
    List<Double> steps = new ArrayList<>();
    for (int step = 1; step <= power; step++) {
      steps.add(StrictMath.pow(2, -8.0 * step / power));
    }
    if (power == heads) {
      return steps;
    }
    List<Double> slopes = new ArrayList<>();
    for (int i = 1; i < power; i += 2) {
      slopes.add(steps.get(i));
    }
    for (int i = 0; i < power; i += 2) {
      slopes.add(steps.get(i));
    }
    return slopes.subList(0, heads);
  }
}
