package io.github.nonplus.comparison;

import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.report.record.ScoredWindow;
import java.util.ArrayList;
import java.util.List;

/// Mean losses of several results over the tokens that have as much context: from `from` to `to`
/// ids of the window before them. Bands double in width, as what context adds does with its
/// logarithm.
///
/// @param tokens how many there are
/// @param means in nats, one a result
public record PositionLoss(int from, int to, long tokens, double[] means) {
  private static final int BANDS = 31;

  /// One for each band that has tokens.
  public static List<PositionLoss> of(List<ResultRecord> records) {
    long[] tokens = new long[BANDS];
    int[] longest = new int[BANDS];
    double[][] sums = new double[BANDS][records.size()];
    for (int r = 0; r < records.size(); r++) {
      for (ScoredWindow window : records.get(r).windows()) {
        for (int i = 0; i < window.nll().length; i++) {
          int before = window.first() + i;
          int band = 31 - Integer.numberOfLeadingZeros(before);
          sums[band][r] += window.nll()[i];
          if (r == 0) {
            tokens[band]++;
            longest[band] = Math.max(longest[band], before);
          }
        }
      }
    }
    List<PositionLoss> bands = new ArrayList<>();
    for (int band = 0; band < BANDS; band++) {
      if (tokens[band] > 0) {
        double[] means = new double[records.size()];
        for (int r = 0; r < means.length; r++) {
          means[r] = sums[band][r] / tokens[band];
        }
        bands.add(new PositionLoss(1 << band, longest[band], tokens[band], means));
      }
    }
    return bands;
  }
}
