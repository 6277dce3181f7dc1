package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Ranking;
import io.github.nonplus.program.op.SelectKeys;

/// Chooses the keys of each query, a strip of queries at a time. The scores of a strip are products
/// of strips, as those of attention are; those of a query depend on nothing but its window.
record SelectKeysStep(SelectKeys select, Kernels kernels) implements Step {
  @Override
  public void run(Frame frame, Workers workers) {
    workers.run(frame.strips(select.output()), (_, strip) -> run(frame, strip));
  }

  private void run(Frame frame, int strip) {
    int width = kernels.stripWidth();
    int end = Math.min(frame.rows(select.output()), (strip + 1) * width);
    KeyChoice choice = new KeyChoice(select.kept());
    float[] row = new float[select.output().width()];
    for (int from = strip * width; from < end; ) {
      int start = frame.batch().starts()[frame.window(from)];
      int to = Math.min(end, frame.batch().starts()[frame.window(from) + 1]);
      boolean isAll = to - start <= select.kept();
      float[] scores = isAll ? null : scores(frame, strip, start, to);
      for (int token = from; token < to; token++) {
        choose(choice, scores, token, start, row);
        frame.write(select.output().view(), token, row);
      }
      from = to;
    }
  }

  private void choose(KeyChoice choice, float[] scores, int token, int start, float[] row) {
    int width = kernels.stripWidth();
    int seen = token - start + 1;
    choice.begin();
    for (int c = 0; c < select.ranking().choices(); c++) {
      int into = c * select.kept();
      if (seen <= select.kept()) {
        choice.all(row, into);
      } else {
        switch (select.ranking()) {
          case Ranking.Indexed _ -> {
            int at = start % width * width + token % width;
            choice.choose(scores, at, width, seen, row, into);
          }
          case Ranking.OfKeys _ -> {
            int at = c * scores.length / select.ranking().choices();
            choice.choose(scores, at, 1, seen, row, into);
          }
        }
      }
    }
    row[select.margin()] = choice.margin();
  }

  /// Scores of the keys from `start` to `to`.
  private float[] scores(Frame frame, int strip, int start, int to) {
    return switch (select.ranking()) {
      case Ranking.Indexed indexed -> scores(frame, indexed, strip, start, to);
      case Ranking.OfKeys keys -> ranks(frame, keys, start, to);
    };
  }

  /// Those of all queries of a strip: a strip's width for each key, from the first of the strip in
  /// which `start` lies.
  private float[] scores(Frame frame, Ranking.Indexed indexed, int strip, int start, int to) {
    int width = kernels.stripWidth();
    int first = start / width;
    int strips = frame.layout().count(to) - first;
    float[] scores = new float[Math.multiplyExact(strips, width * width)];
    float[] dots = new float[width * width];
    int size = indexed.key().width();
    for (int i = 0; i < strips; i++) {
      int keys = frame.at(indexed.key(), first + i);
      for (int head = 0; head < indexed.heads(); head++) {
        int query = frame.at(indexed.query(), strip, head * size);
        kernels.products().multiplyStrip(frame.arena(), keys, frame.arena(), query, size, dots, 0);
        int weights = frame.at(indexed.weights(), strip, head);
        add(dots, frame.arena(), weights, scores, i * width * width);
      }
    }
    return scores;
  }

  /// scores(n, t) += weight(t) · max(dot(n, t), 0), in two roundings.
  private void add(float[] dots, float[] weights, int weightsAt, float[] scores, int at) {
    int width = kernels.stripWidth();
    for (int n = 0; n < width * width; n += width) {
      for (int t = 0; t < width; t++) {
        float dot = dots[n + t] > 0 ? dots[n + t] : 0;
        scores[at + n + t] += weights[weightsAt + t] * dot;
      }
    }
  }

  /// One choice's behind the other's.
  private float[] ranks(Frame frame, Ranking.OfKeys keys, int start, int to) {
    int choices = keys.ranks().width();
    int count = to - start;
    float[] ranks = new float[Math.multiplyExact(choices, count)];
    float[] row = new float[choices];
    for (int j = 0; j < count; j++) {
      frame.read(keys.ranks(), start + j, row, 0);
      for (int c = 0; c < choices; c++) {
        ranks[c * count + j] = row[c];
      }
    }
    return ranks;
  }
}
