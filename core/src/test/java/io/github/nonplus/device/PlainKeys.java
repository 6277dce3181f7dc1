package io.github.nonplus.device;

import io.github.nonplus.program.op.Ranking;
import io.github.nonplus.program.op.SelectKeys;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// The choice of keys as its documentation says it, in float64.
final class PlainKeys {
  private final PlainOperations operations;

  PlainKeys(PlainOperations operations) {
    this.operations = operations;
  }

  void select(SelectKeys select, int token, double[] row) {
    int start = operations.start(token);
    int seen = token - start + 1;
    double margin = Float.MAX_VALUE;
    for (int c = 0; c < select.ranking().choices(); c++) {
      int at = c * select.kept();
      if (seen <= select.kept()) {
        for (int k = 0; k < select.kept(); k++) {
          row[at + k] = k;
        }
        continue;
      }
      double[] scores = scores(select.ranking(), c, token, start);
      List<Integer> best =
          IntStream.range(0, seen)
              .boxed()
              .sorted(Comparator.comparing((Integer j) -> scores[j]).reversed())
              .toList();
      List<Integer> chosen = best.subList(0, select.kept()).stream().sorted().toList();
      for (int k = 0; k < select.kept(); k++) {
        row[at + k] = chosen.get(k);
      }
      double largest =
          IntStream.range(0, seen).mapToDouble(j -> Math.abs(scores[j])).max().orElse(0);
      double gap = scores[best.get(select.kept() - 1)] - scores[best.get(select.kept())];
      margin = Math.min(margin, gap == 0 ? 0 : gap / largest);
    }
    row[row.length - 1] = margin;
  }

  private double[] scores(Ranking ranking, int choice, int token, int start) {
    return IntStream.rangeClosed(start, token)
        .mapToDouble(
            key ->
                switch (ranking) {
                  case Ranking.OfKeys keys -> operations.read(keys.ranks(), key)[choice];
                  case Ranking.Indexed indexed -> score(indexed, token, key);
                })
        .toArray();
  }

  private double score(Ranking.Indexed indexed, int token, int keyToken) {
    double[] query = operations.read(indexed.query(), token);
    double[] key = operations.read(indexed.key(), keyToken);
    double[] weights = operations.read(indexed.weights(), token);
    double score = 0;
    for (int head = 0; head < weights.length; head++) {
      double dot = 0;
      for (int d = 0; d < key.length; d++) {
        dot += query[head * key.length + d] * key[d];
      }
      score += weights[head] * Math.max(dot, 0);
    }
    return score;
  }
}
