package io.github.nonplus.device;

import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.Program;
import java.util.Optional;
import java.util.stream.IntStream;

/// The trace of a device that runs a program in steps, each of one instruction or of several in a
/// row.
public final class SteppedTrace implements Trace {
  private final Program program;
  private final int[] shown;
  private final Steps steps;
  private int next;

  /// Of a device that has a step for each instruction.
  ///
  /// @param steps with the batch in place
  public SteppedTrace(Program program, Steps steps) {
    this(program, IntStream.range(0, program.instructions().size()).toArray(), steps);
  }

  /// @param shown of each step, the instruction whose result can be seen afterwards: its last
  public SteppedTrace(Program program, int[] shown, Steps steps) {
    this.program = program;
    this.shown = shown;
    this.steps = steps;
  }

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
    Instruction instruction = program.instructions().get(index);
    steps.run(step);
    return Optional.of(
        instruction
            .written()
            .<Observation>map(
                view -> Observation.Written.of(index, instruction, steps.read(view.buffer())))
            .orElseGet(() -> new Observation.Scored(index, instruction, steps.scores())));
  }
}
