package io.github.nonplus.device;

import io.github.nonplus.library.Function;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.weights.ModelWeights;
import java.util.Arrays;
import java.util.Optional;

/// One operation as it is set, at the end of a little program, with weights for it.
public record OperationCase(String name, Program program, ModelWeights weights) {
  /// The operation that is meant.
  public Operation operation() {
    return program.operations().getLast();
  }

  /// What the operation writes for a batch on a device: rows one behind the other; of a score, the
  /// losses.
  public double[] on(Device device, Batch batch) {
    try (Executable executable = load(device, batch)) {
      Trace trace = executable.trace(batch);
      Observation last = null;
      for (Optional<Observation> next = trace.next(); next.isPresent(); next = trace.next()) {
        last = next.get();
      }
      return switch (last) {
        case Observation.Written written -> doubles(written.values());
        case Observation.Scored scored -> scored.nll();
      };
    }
  }

  /// The logits of all selected rows.
  public double[] logits(Device device, Batch batch) {
    try (Executable executable = load(device, batch)) {
      float[] logits = new float[batch.selected().length * executable.vocabulary()];
      executable.begin(batch);
      executable.logits(0, batch.selected().length, logits);
      return doubles(logits);
    }
  }

  private Executable load(Device device, Batch batch) {
    return device.load(Function.of(program), weights, batch.tokens());
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  /// How far float32 may be from the numbers that are expected, given the largest of them: half a
  /// unit in the last place for each term of the sums behind a number, and 32 units for the
  /// functions on its way (a built-in erfc may err by 16 of OpenCL's, tanh by 5, exp by 3).
  double tolerance(double[] expected, Batch batch) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    int longest = 0;
    for (int w = 0; w < batch.windows(); w++) {
      longest = Math.max(longest, batch.starts()[w + 1] - batch.starts()[w]);
    }
    return 0x1p-24 * (operation().terms(longest) + 64) * Math.max(1, largest);
  }

  @Override
  public String toString() {
    return name;
  }
}
