package io.github.nonplus.comparison;

import io.github.nonplus.comparison.Comparison.TokenDifference;
import io.github.nonplus.report.record.ComparedWindow;
import io.github.nonplus.report.record.RecordDivergence;
import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.report.record.ScoredWindow;
import java.util.List;

/// How far results are from one reference, each with its own error, and against each other: what
/// all find hard cancels window by window.
///
/// @param records those of all that hold divergences; the first is the baseline
public record DivergenceComparison(List<ResultRecord> records) {
  public DivergenceComparison {
    records = List.copyOf(records);
  }

  /// Of results that have passed [Comparability], some of which may have no reference.
  public static DivergenceComparison of(List<ResultRecord> records) {
    return new DivergenceComparison(
        records.stream().filter(each -> each.divergence().isPresent()).toList());
  }

  /// Whether there is none.
  public boolean isEmpty() {
    return records.isEmpty();
  }

  /// The one that all were held against.
  public RecordDivergence.Reference reference() {
    return records.getFirst().divergence().orElseThrow().reference();
  }

  /// What record `r` holds.
  public RecordDivergence divergence(int r) {
    return records.get(r).divergence().orElseThrow();
  }

  /// The mean divergence of record `r` from the reference, in nats.
  public Interval mean(int r) {
    double[] weights = weights();
    return BlockMeans.mean(means(r), weights);
  }

  /// How much farther from the reference record `r` is than the baseline.
  public Interval difference(int r) {
    double[] own = means(r);
    double[] baseline = means(0);
    for (int w = 0; w < own.length; w++) {
      own[w] -= baseline[w];
    }
    return BlockMeans.mean(own, weights());
  }

  /// Tokens on which record `r` is farthest from the reference, worst first: their divergences, and
  /// zero for the reference itself. One that several windows score is named once.
  public List<TokenDifference> worstTokens(int r, int count) {
    List<ScoredWindow> windows = records.get(r).windows();
    List<ComparedWindow> compared = divergence(r).windows();
    return WorstTokens.of(
        windows, w -> new double[windows.get(w).nll().length], w -> compared.get(w).kld(), count);
  }

  private double[] means(int r) {
    return divergence(r).windows().stream().mapToDouble(DivergenceComparison::mean).toArray();
  }

  private static double mean(ComparedWindow window) {
    double sum = 0;
    for (double kld : window.kld()) {
      sum += kld;
    }
    return sum / window.kld().length;
  }

  /// Those of the losses: divergences are averaged as these are.
  private double[] weights() {
    return records.getFirst().windows().stream().mapToDouble(ScoredWindow::weight).toArray();
  }
}
