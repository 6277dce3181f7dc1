package io.github.nonplus.device;

import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/// The trace of a device that runs a program in steps, each of one operation or of several in a
/// row.
public final class SteppedTrace implements Trace {
  private final Program program;
  private final int[] shown;
  private final Steps steps;
  private final Optional<Change> change;
  private int next;

  /// Of a device that has a step for each operation.
  ///
  /// @param steps with the batch in place
  public SteppedTrace(Program program, Steps steps) {
    this(program, everyOperation(program), steps);
  }

  /// @param shown of each step, the operation whose result can be seen afterwards: its last
  public SteppedTrace(Program program, int[] shown, Steps steps) {
    this(program, shown, steps, Optional.empty());
  }

  /// Of a device that has a step for each operation and takes other numbers than it computed.
  public SteppedTrace(Program program, Steps steps, Change change) {
    this(program, everyOperation(program), steps, Optional.of(change));
  }

  private SteppedTrace(Program program, int[] shown, Steps steps, Optional<Change> change) {
    this.program = program;
    this.shown = shown;
    this.steps = steps;
    this.change = change;
  }

  private static int[] everyOperation(Program program) {
    return IntStream.range(0, program.operations().size()).toArray();
  }

  /// What changes results, and what takes them back.
  ///
  /// @param back where the values of a view go, row by row
  public record Change(Disturbance disturbance, BiConsumer<View, float[]> back) {}

  /// The steps of a program that is ready on a device, for the batch at hand.
  public interface Steps {
    /// Runs a step; those before it have run.
    ///
    /// @throws IllegalStateException if the executable has been given another batch
    void run(int step);

    /// A buffer of the batch, row by row, once its step is done.
    float[] read(Buffer buffer);

    /// The negative log-likelihoods of the batch, once the last step is done.
    double[] scores();
  }

  @Override
  public Optional<Observation> next() {
    if (next == shown.length) {
      return Optional.empty();
    }
    int step = next++;
    int index = shown[step];
    Operation operation = program.operations().get(index);
    steps.run(step);
    return Optional.of(
        operation
            .written()
            .<Observation>map(view -> written(index, operation, view))
            .orElseGet(() -> new Observation.Scored(index, operation, steps.scores())));
  }

  private Observation.Written written(int index, Operation operation, View view) {
    Observation.Written written =
        Observation.Written.of(index, operation, steps.read(view.buffer()));
    change.ifPresent(
        by -> {
          by.disturbance().disturb(index, operation, written.values());
          by.back().accept(view, written.values());
        });
    return written;
  }
}
