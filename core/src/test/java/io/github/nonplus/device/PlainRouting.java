package io.github.nonplus.device;

import io.github.nonplus.program.op.ExpertMatMul;
import io.github.nonplus.program.op.Gather;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.op.Spread;
import io.github.nonplus.program.operand.View;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// The operations on routed rows as their documentation says them, in float64.
final class PlainRouting {
  private final PlainOperations operations;

  PlainRouting(PlainOperations operations) {
    this.operations = operations;
  }

  void route(Route route, double[] logits, double[] row) {
    int experts = logits.length;
    double[] weights = new double[experts];
    double margin = Float.MAX_VALUE;
    List<Integer> chosen;
    if (route.scoring() == Route.Scoring.SPARSE) {
      List<Integer> byLogit = descending(logits, IntStream.range(0, experts).boxed().toList());
      chosen = byLogit.subList(0, 2).stream().sorted().toList();
      for (int i = 0; i < 2; i++) {
        weights[byLogit.get(i)] = sparse(logits, byLogit.subList(i, experts));
        double gap = logits[byLogit.get(i)] - logits[byLogit.get(i + 1)];
        margin = Math.min(margin, gap);
      }
    } else {
      weights = scores(route, logits);
      double[] bias = route.findBias().map(operations::vector).orElse(new double[experts]);
      double[] scores = weights.clone();
      double[] c = IntStream.range(0, experts).mapToDouble(e -> scores[e] + bias[e]).toArray();
      List<Integer> open = IntStream.range(0, experts).boxed().toList();
      if (route.groups() != null) {
        int size = experts / route.groups().count();
        double[] sums = groupScores(route.groups(), c);
        List<Integer> byScore = descending(sums, IntStream.range(0, sums.length).boxed().toList());
        int kept = route.groups().kept();
        if (kept < sums.length) {
          margin = sums[byScore.get(kept - 1)] - sums[byScore.get(kept)];
        }
        List<Integer> groups = byScore.subList(0, kept);
        open = open.stream().filter(e -> groups.contains(e / size)).toList();
      }
      List<Integer> byChoice = descending(c, open);
      chosen = byChoice.subList(0, route.chosen()).stream().sorted().toList();
      if (route.chosen() < byChoice.size()) {
        double gap = c[byChoice.get(route.chosen() - 1)] - c[byChoice.get(route.chosen())];
        margin = Math.min(margin, gap);
      }
    }
    double[] scores = weights;
    double sum = chosen.stream().mapToDouble(e -> scores[e]).sum();
    double divisor =
        route.sum() == null ? 1 : Math.max(sum + route.sum().added(), route.sum().least());
    double[] scales = route.findScales().map(operations::vector).orElse(null);
    for (int j = 0; j < chosen.size(); j++) {
      int e = chosen.get(j);
      row[j] = e;
      row[chosen.size() + j] =
          scores[e] / divisor * route.factor() * (scales == null ? 1 : scales[e]);
    }
    row[2 * chosen.size()] = margin;
  }

  private static double[] scores(Route route, double[] logits) {
    double sum = Arrays.stream(logits).map(Math::exp).sum();
    return Arrays.stream(logits)
        .map(
            logit ->
                route.scoring() == Route.Scoring.SIGMOID
                    ? 1 / (1 + Math.exp(-logit))
                    : Math.exp(logit) / sum)
        .toArray();
  }

  private static double[] groupScores(Route.Groups groups, double[] c) {
    int size = c.length / groups.count();
    return IntStream.range(0, groups.count())
        .mapToDouble(
            g ->
                Arrays.stream(c, g * size, (g + 1) * size)
                    .boxed()
                    .sorted(Comparator.reverseOrder())
                    .limit(groups.best())
                    .mapToDouble(Double::doubleValue)
                    .sum())
        .toArray();
  }

  private static double sparse(double[] logits, List<Integer> open) {
    double largest = logits[open.getFirst()];
    double sum =
        open.stream()
            .mapToDouble(e -> logits[e])
            .filter(z -> (largest - z) / Math.max(Math.abs(z), largest) <= Route.SPARSE_BAND)
            .map(z -> Math.exp(z - largest))
            .sum();
    return 1 / sum;
  }

  /// The first of equal ones before the others.
  private static List<Integer> descending(double[] values, List<Integer> of) {
    return of.stream()
        .sorted(Comparator.comparing((Integer e) -> values[e]).reversed())
        .collect(Collectors.toList());
  }

  private double number(View routing, int row, int column) {
    return operations.read(routing, row)[column];
  }

  void spread(Spread spread, int routed, double[] row) {
    int each = spread.each();
    double[] x = operations.read(spread.input(), routed / each);
    switch (spread.take()) {
      case WHOLE -> System.arraycopy(x, 0, row, 0, row.length);
      case PART -> System.arraycopy(x, routed % each * row.length, row, 0, row.length);
      case WEIGHTED -> {
        double weight = number(spread.routing(), routed / each, each + routed % each);
        Arrays.setAll(row, n -> weight * x[n]);
      }
    }
  }

  /// The expert that a routed row is for.
  int expert(View routing, int routed) {
    int each = routing.width() / 2;
    return (int) number(routing, routed / each, routed % each);
  }

  void product(ExpertMatMul experts, int routed, double[] row) {
    int expert = expert(experts.routing(), routed);
    if (expert >= experts.experts()) {
      return;
    }
    double[] all =
        experts.of(expert).stream()
            .flatMapToDouble(
                part ->
                    DoubleStream.of(
                        operations.linear(part, operations.read(experts.input(), routed))))
            .toArray();
    System.arraycopy(all, 0, row, 0, row.length);
  }

  void gather(Gather gather, int r, double[] row) {
    int each = gather.each();
    for (int j = 0; j < each; j++) {
      Gather.Passed passed = gather.passed();
      double[] x =
          passed != null && number(gather.routing(), r, j) >= passed.from()
              ? operations.read(passed.rows(), r)
              : operations.read(gather.input(), r * each + j);
      double weight =
          gather.put() == Gather.Put.WEIGHTED ? number(gather.routing(), r, each + j) : 1;
      for (int n = 0; n < x.length; n++) {
        row[gather.put() == Gather.Put.SIDE ? j * x.length + n : n] += weight * x[n];
      }
    }
  }
}
