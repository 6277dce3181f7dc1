package io.github.nonplus.report;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.model.Model;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Matrices whose numbers look wrong: all zero, not finite, or with one that dwarfs the others.
/// Reads everything.
final class ValueLines {
  /// A weight so many times the root of the mean square is no weight of a trained model: 30 are
  /// met, in embeddings.
  private static final double OUTLIER = 200;

  private static final int ROWS = 64;

  private ValueLines() {}

  static List<String> of(ModelDirectory directory) {
    Map<String, Parameter> matrices = new TreeMap<>();
    for (Parameter parameter : directory.model().program(Model.Output.SCORE).parameters()) {
      if (parameter.shape().size() == 2) {
        matrices.put(parameter.name(), parameter);
      }
    }
    List<String> lines = new ArrayList<>();
    try (ModelWeights weights = directory.openWeights()) {
      for (Parameter parameter : matrices.values()) {
        suspicion(weights, parameter)
            .ifPresent(words -> lines.add("  suspicious " + parameter.name() + ": " + words));
      }
    }
    if (lines.isEmpty()) {
      lines.add(
          String.format(
              Locale.ROOT, "  values     of %,d matrices: none is suspicious", matrices.size()));
    }
    return lines;
  }

  private static java.util.Optional<String> suspicion(ModelWeights weights, Parameter parameter) {
    Matrix matrix;
    try {
      matrix = weights.matrix(parameter.name(), parameter.outputs(), parameter.inputs());
    } catch (WeightsException notFinite) {
      return java.util.Optional.of(notFinite.getMessage());
    }
    Spread spread =
        IntStream.range(0, Math.ceilDiv(matrix.rows(), ROWS))
            .parallel()
            .mapToObj(part -> Spread.of(matrix, part * ROWS))
            .reduce(Spread.NONE, Spread::plus);
    if (spread.largest() == 0) {
      return java.util.Optional.of("all zero");
    }
    double mean = Math.sqrt(spread.squares() / spread.count());
    return spread.largest() > OUTLIER * mean
        ? java.util.Optional.of(
            String.format(
                Locale.ROOT,
                "the largest weight is %.3g, %.0f times the root of the mean square",
                spread.largest(),
                spread.largest() / mean))
        : java.util.Optional.empty();
  }

  /// How numbers are spread.
  private record Spread(double largest, double squares, long count) {
    static final Spread NONE = new Spread(0, 0, 0);

    static Spread of(Matrix matrix, int from) {
      int to = Math.min(matrix.rows(), from + ROWS);
      float[] values = new float[Math.multiplyExact(to - from, matrix.columns())];
      matrix.decode(from, to, values, 0);
      double largest = 0;
      double squares = 0;
      for (float value : values) {
        largest = Math.max(largest, Math.abs(value));
        squares += (double) value * value;
      }
      return new Spread(largest, squares, values.length);
    }

    Spread plus(Spread other) {
      return new Spread(
          Math.max(largest, other.largest), squares + other.squares, count + other.count);
    }
  }
}
