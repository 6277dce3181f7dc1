package io.github.nonplus.comparison;

import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.report.record.ScoredWindow;
import io.github.nonplus.report.record.TokenTexts;
import java.util.ArrayList;
import java.util.List;

/// Mean losses of several results over the tokens of one class.
///
/// @param tokens how many there are
/// @param share of all scored tokens, from 0 to 1
/// @param means in nats, one a result
public record ClassLoss(TokenClass kind, long tokens, double share, double[] means) {
  /// One for each class that has tokens.
  ///
  /// @param texts of the ids, which are the same in all results
  public static List<ClassLoss> of(List<ResultRecord> records, TokenTexts texts) {
    int classes = TokenClass.values().length;
    long[] tokens = new long[classes];
    double[][] sums = new double[classes][records.size()];
    for (int w = 0; w < records.getFirst().windows().size(); w++) {
      ScoredWindow window = records.getFirst().windows().get(w);
      for (int i = 0; i < window.nll().length; i++) {
        int at = window.first() + i;
        int kind =
            TokenClass.of(texts.of(window.ids()[at - 1]), texts.of(window.ids()[at])).ordinal();
        tokens[kind]++;
        for (int r = 0; r < records.size(); r++) {
          sums[kind][r] += records.get(r).windows().get(w).nll()[i];
        }
      }
    }
    List<ClassLoss> losses = new ArrayList<>();
    for (TokenClass kind : TokenClass.values()) {
      long count = tokens[kind.ordinal()];
      if (count > 0) {
        double[] means = sums[kind.ordinal()];
        for (int r = 0; r < means.length; r++) {
          means[r] /= count;
        }
        losses.add(new ClassLoss(kind, count, (double) count / records.getFirst().tokens(), means));
      }
    }
    return losses;
  }
}
