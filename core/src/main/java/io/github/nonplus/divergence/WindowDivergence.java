package io.github.nonplus.divergence;

import io.github.nonplus.perplexity.WindowScore;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What two models say of one window, against each other.
///
/// @param window its index, from 0
/// @param firstPosition place of the first scored token in its window, from 0; the others follow it
/// @param tokens one for each scored token, in order
public record WindowDivergence(int window, int firstPosition, List<RowDivergence> tokens) {
  public WindowDivergence {
    tokens = List.copyOf(tokens);
  }

  /// The candidate's losses.
  public WindowScore candidate() {
    return each(RowDivergence::candidateNll);
  }

  /// The reference's losses.
  public WindowScore reference() {
    return each(RowDivergence::referenceNll);
  }

  /// The divergence of each token, or another of its numbers, as if it were a loss: so it is
  /// averaged as losses are.
  WindowScore each(ToDoubleFunction<RowDivergence> number) {
    double[] numbers = new double[tokens.size()];
    Arrays.setAll(numbers, i -> number.applyAsDouble(tokens.get(i)));
    return new WindowScore(window, firstPosition, numbers);
  }
}
