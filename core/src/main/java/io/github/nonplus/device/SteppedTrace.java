package io.github.nonplus.device;

import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.Program;
import java.util.Optional;

/// The trace of a device that has one step for each instruction of a program.
public final class SteppedTrace implements Trace {
  private final Program program;
  private final Steps steps;
  private int next;

  /// @param steps with the batch in place
  public SteppedTrace(Program program, Steps steps) {
    this.program = program;
    this.steps = steps;
  }

  /// The steps of a program that is ready on a device, for the batch at hand.
  public interface Steps {
    /// Runs the step of one instruction; those before it have run.
    ///
    /// @throws IllegalStateException if the executable has been given another batch
    void run(int index);

    /// A buffer of the batch, row by row, once its step is done.
    float[] read(Buffer buffer);

    /// The negative log-likelihoods of the batch, once the last step is done.
    double[] scores();
  }

  @Override
  public Optional<Observation> next() {
    if (next == program.instructions().size()) {
      return Optional.empty();
    }
    int index = next++;
    Instruction instruction = program.instructions().get(index);
    steps.run(index);
    return Optional.of(
        instruction
            .written()
            .<Observation>map(
                view -> Observation.Written.of(index, instruction, steps.read(view.buffer())))
            .orElseGet(() -> new Observation.Scored(index, instruction, steps.scores())));
  }
}
