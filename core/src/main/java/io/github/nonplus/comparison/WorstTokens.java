package io.github.nonplus.comparison;

import io.github.nonplus.comparison.Comparison.TokenDifference;
import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.report.record.ScoredWindow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntFunction;

/// Finds the tokens whose number grew the most, in memory that does not grow with the windows.
final class WorstTokens {
  /// How many ids before a token, itself included, make it the same token of the text in another
  /// window.
  private static final int SAME = 16;

  private WorstTokens() {}

  static List<TokenDifference> of(ResultRecord baseline, ResultRecord other, int count) {
    return of(
        baseline.windows(),
        w -> baseline.windows().get(w).nll(),
        w -> other.windows().get(w).nll(),
        count);
  }

  /// The same of any two numbers that each scored token has.
  static List<TokenDifference> of(
      List<ScoredWindow> windows,
      IntFunction<double[]> baseline,
      IntFunction<double[]> other,
      int count) {
    // Overlap may bring each token once for each window over it; four is more than any protocol
    // has.
    int kept = 4 * count;
    PriorityQueue<TokenDifference> worst =
        new PriorityQueue<>(Comparator.comparingDouble(TokenDifference::difference));
    for (int w = 0; w < windows.size(); w++) {
      double[] one = baseline.apply(w);
      double[] two = other.apply(w);
      int first = windows.get(w).first();
      for (int i = 0; i < one.length; i++) {
        worst.add(new TokenDifference(w, first + i, one[i], two[i]));
        if (worst.size() > kept) {
          worst.remove();
        }
      }
    }
    List<TokenDifference> sorted = new ArrayList<>(worst);
    sorted.sort(
        Comparator.comparingDouble(TokenDifference::difference)
            .reversed()
            .thenComparingInt(TokenDifference::window));
    List<TokenDifference> distinct = new ArrayList<>();
    for (TokenDifference token : sorted) {
      if (distinct.size() < count
          && distinct.stream().noneMatch(known -> isSame(windows, known, token))) {
        distinct.add(token);
      }
    }
    return distinct;
  }

  /// Whether two places of overlapping windows are one of the text: neighbours, and the ids up to
  /// them agree.
  private static boolean isSame(
      List<ScoredWindow> windows, TokenDifference one, TokenDifference two) {
    int[] first = windows.get(one.window()).ids();
    int[] second = windows.get(two.window()).ids();
    int length = Math.min(SAME, 1 + Math.min(one.position(), two.position()));
    for (int back = 0; back < length; back++) {
      if (first[one.position() - back] != second[two.position() - back]) {
        return false;
      }
    }
    return Math.abs(one.window() - two.window()) <= 1;
  }
}
