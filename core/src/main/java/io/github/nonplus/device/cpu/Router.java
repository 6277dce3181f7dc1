package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Route;
import java.util.Arrays;

/// The choice of experts for one row, the definition of [Route]: everything in float32, sums
/// ascending from 0, each number by [Exponential]. Every device computes these very operations, so
/// that the same logits choose the same experts everywhere.
final class Router {
  private static final float NONE = Float.NEGATIVE_INFINITY;

  private final Route route;
  private final float[] bias;
  private final float[] scales;
  private final float[] scores;
  private final float[] choice;
  private final boolean[] isChosen;
  private float margin;

  /// @param bias of each expert, or null; `scales` likewise
  Router(Route route, float[] bias, float[] scales) {
    this.route = route;
    this.bias = bias;
    this.scales = scales;
    this.scores = new float[route.experts()];
    this.choice = new float[route.experts()];
    this.isChosen = new boolean[route.experts()];
  }

  /// Writes a row of the result.
  void route(float[] logits, float[] into) {
    margin = Float.MAX_VALUE;
    Arrays.fill(isChosen, false);
    switch (route.scoring()) {
      case SOFTMAX -> softmax(logits);
      case SIGMOID -> sigmoids(logits);
      case SPARSE -> System.arraycopy(logits, 0, choice, 0, choice.length);
    }
    if (route.scoring() == Route.Scoring.SPARSE) {
      sparse(logits);
    } else {
      for (int e = 0; e < choice.length; e++) {
        choice[e] = bias == null ? scores[e] : scores[e] + bias[e];
      }
      if (route.groups() != null) {
        keepGroups(route.groups());
      }
      choose();
    }
    write(into);
  }

  private void softmax(float[] logits) {
    float largest = NONE;
    for (float logit : logits) {
      largest = logit > largest ? logit : largest;
    }
    float sum = 0;
    for (int e = 0; e < scores.length; e++) {
      scores[e] = Exponential.of(logits[e] - largest);
      sum += scores[e];
    }
    for (int e = 0; e < scores.length; e++) {
      scores[e] /= sum;
    }
  }

  private void sigmoids(float[] logits) {
    for (int e = 0; e < scores.length; e++) {
      float power = Exponential.of(-Math.abs(logits[e]));
      scores[e] = (logits[e] < 0 ? power : 1) / (1 + power);
    }
  }

  /// Hides the experts of all groups but the best; of equal groups, the first is the better one.
  private void keepGroups(Route.Groups groups) {
    int size = choice.length / groups.count();
    float[] sums = new float[groups.count()];
    boolean[] isKept = new boolean[groups.count()];
    for (int g = 0; g < sums.length; g++) {
      float[] own = Arrays.copyOfRange(choice, g * size, (g + 1) * size);
      for (int i = 0; i < groups.best(); i++) {
        int best = best(own);
        sums[g] += own[best];
        own[best] = NONE;
      }
    }
    float least = 0;
    for (int i = 0; i < groups.kept(); i++) {
      int best = best(sums);
      least = sums[best];
      isKept[best] = true;
      sums[best] = NONE;
    }
    for (int g = 0; g < sums.length; g++) {
      if (!isKept[g]) {
        margin = Math.min(margin, least - sums[g]);
        Arrays.fill(choice, g * size, (g + 1) * size, NONE);
      }
    }
  }

  private void choose() {
    float least = 0;
    for (int i = 0; i < route.chosen(); i++) {
      int best = best(choice);
      least = choice[best];
      isChosen[best] = true;
      choice[best] = NONE;
    }
    float next = choice[best(choice)];
    if (next != NONE) {
      margin = Math.min(margin, least - next);
    }
  }

  /// Index of the first of the largest.
  private static int best(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  /// Two experts, each weighed among those that are near it.
  private void sparse(float[] logits) {
    for (int i = 0; i < 2; i++) {
      int best = best(choice);
      float largest = choice[best];
      float sum = 0;
      for (int e = 0; e < choice.length; e++) {
        float size = Math.abs(logits[e]) < largest ? largest : Math.abs(logits[e]);
        if (choice[e] != NONE && (largest - logits[e]) / size <= Route.SPARSE_BAND) {
          sum += Exponential.of(logits[e] - largest);
        }
      }
      scores[best] = 1 / sum;
      isChosen[best] = true;
      choice[best] = NONE;
      float next = choice[best(choice)];
      margin = Math.min(margin, largest - next);
    }
  }

  private void write(float[] into) {
    float sum = 0;
    for (int e = 0; e < scores.length; e++) {
      sum += isChosen[e] ? scores[e] : 0;
    }
    Route.Sum law = route.sum();
    float divisor = 1;
    if (law != null) {
      float raised = sum + (float) law.added();
      divisor = raised < (float) law.least() ? (float) law.least() : raised;
    }
    int j = 0;
    for (int e = 0; e < scores.length; e++) {
      if (isChosen[e]) {
        float weight = law == null ? scores[e] : scores[e] / divisor;
        weight *= (float) route.factor();
        into[j] = e;
        into[route.chosen() + j] = scales == null ? weight : weight * scales[e];
        j++;
      }
    }
    // Logits that are no numbers may leave fewer: the first expert stands for the others.
    for (; j < route.chosen(); j++) {
      into[j] = 0;
      into[route.chosen() + j] = 0;
    }
    into[Route.margin(route.chosen())] = margin;
  }
}
