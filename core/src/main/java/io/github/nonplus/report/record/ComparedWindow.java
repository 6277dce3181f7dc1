package io.github.nonplus.report.record;

import io.github.nonplus.divergence.RowDivergence;
import io.github.nonplus.divergence.WindowDivergence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// What two models say of one window beside the candidate's losses, a value for each scored id.
///
/// @param kld divergence of the candidate from the reference, in nats
/// @param reverseKld the other way, where the reference tells enough
/// @param referenceNll negative log-likelihoods in nats
/// @param sameTop whether both find the same token likeliest
public record ComparedWindow(
    double[] kld, Optional<double[]> reverseKld, double[] referenceNll, boolean[] sameTop) {
  public ComparedWindow {
    if (referenceNll.length != kld.length
        || sameTop.length != kld.length
        || reverseKld.isPresent() && reverseKld.get().length != kld.length) {
      throw new IllegalArgumentException(
          "%d divergences, but not of all else".formatted(kld.length));
    }
  }

  /// Of a window that was compared; without the divergence the other way where that is not known.
  static ComparedWindow of(WindowDivergence window) {
    List<RowDivergence> tokens = window.tokens();
    double[] reverse = numbers(tokens, RowDivergence::reverseKld);
    boolean[] top = new boolean[tokens.size()];
    boolean known = true;
    for (int i = 0; i < top.length; i++) {
      top[i] = tokens.get(i).sameTop();
      known &= !Double.isNaN(reverse[i]);
    }
    return new ComparedWindow(
        numbers(tokens, RowDivergence::kld),
        known ? Optional.of(reverse) : Optional.empty(),
        numbers(tokens, RowDivergence::referenceNll),
        top);
  }

  private static double[] numbers(
      List<RowDivergence> tokens, ToDoubleFunction<RowDivergence> number) {
    return tokens.stream().mapToDouble(number).toArray();
  }

  /// The window as it was compared.
  ///
  /// @param window its index, from 0
  /// @param scored the candidate's losses
  WindowDivergence with(int window, ScoredWindow scored) {
    List<RowDivergence> tokens = new ArrayList<>();
    for (int i = 0; i < kld.length; i++) {
      double reverse = reverseKld.isPresent() ? reverseKld.get()[i] : Double.NaN;
      tokens.add(new RowDivergence(kld[i], reverse, sameTop[i], referenceNll[i], scored.nll()[i]));
    }
    return new WindowDivergence(window, scored.first(), tokens);
  }
}
