package io.github.nonplus.verification;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.Observation;
import io.github.nonplus.device.Observation.Scored;
import io.github.nonplus.device.Observation.Written;
import io.github.nonplus.device.Trace;
import io.github.nonplus.program.op.Operation;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

/// How far rounding carries in a model, measured: the reference runs a window beside a copy of it
/// in which every result is off by what rounding is expected to add there, at random. What lies
/// between the two after an operation is what a correct device may be off by, whatever the model
/// does with errors: it cancels, amplifies and forgets them as the model does.
final class Disturbed {
  /// Copies with other random numbers.
  private static final int COPIES = 3;

  private final Executable reference;
  private final Tolerance tolerance;

  Disturbed(Executable reference, Tolerance tolerance) {
    this.reference = reference;
    this.tolerance = tolerance;
  }

  /// What rounding explains after each operation, in the measure of [Difference#size]; 0 after the
  /// first choice that was another for a token of a copy, as what follows is another computation.
  ///
  /// @param window of which `batch` consists, counted from 0
  double[] allowed(int window, Batch batch) {
    double[] most = new double[tolerance.own().size()];
    for (int copy = 0; copy < COPIES; copy++) {
      double[] found = apart(window, batch, copy);
      Arrays.setAll(most, i -> Math.max(most[i], found[i]));
    }
    return most;
  }

  private double[] apart(int window, Batch batch, int copy) {
    double[] apart = new double[tolerance.own().size()];
    SplittableRandom random = new SplittableRandom(copy);
    Trace trace =
        reference.trace(
            batch.twice(), (index, operation, values) -> disturb(index, operation, values, random));
    Optional<Observation> next = trace.next();
    boolean isSame = true;
    while (next.isPresent() && isSame) {
      Observation first = half(next.get(), 0);
      Observation second = half(next.get(), 1);
      Optional<RoutingComparison> choice =
          RoutingComparison.find(second, first, Double.MAX_VALUE, window);
      if (choice.isPresent()) {
        isSame = choice.get().isSame();
        apart[first.index()] =
            RoutingComparison.find(second, first, 0, window).orElseThrow().difference().size();
      } else {
        apart[first.index()] = RowComparison.difference(second, first, window).size();
      }
      next = trace.next();
    }
    return apart;
  }

  /// Disturbs the second half of the rows, each number by a part of the largest of its row. What a
  /// router or a choice of keys wrote is left: numbers of what was chosen are no quantities.
  private void disturb(int index, Operation operation, float[] values, SplittableRandom random) {
    if (RoutingComparison.isChoice(operation)) {
      return;
    }
    int width = operation.written().orElseThrow().width();
    double scale = Math.sqrt(3) * tolerance.own().get(index); // of numbers even in [-1, 1)
    for (int row = values.length / 2; row < values.length; row += width) {
      double largest = 0;
      for (int i = row; i < row + width; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
      }
      for (int i = row; i < row + width; i++) {
        values[i] += (float) (scale * largest * (2 * random.nextDouble() - 1));
      }
    }
  }

  private static Observation half(Observation all, int which) {
    return switch (all) {
      case Written(int index, Operation operation, float[] values) -> {
        int rows = values.length / 2;
        yield new Written(
            index, operation, Arrays.copyOfRange(values, which * rows, (which + 1) * rows));
      }
      case Scored(int index, Operation operation, double[] nll) -> {
        int rows = nll.length / 2;
        yield new Scored(
            index, operation, Arrays.copyOfRange(nll, which * rows, (which + 1) * rows));
      }
    };
  }
}
