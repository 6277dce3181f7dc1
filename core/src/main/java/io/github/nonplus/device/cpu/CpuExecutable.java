package io.github.nonplus.device.cpu;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.LogitsSource;
import io.github.nonplus.device.SteppedTrace;
import io.github.nonplus.device.Trace;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.Program;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// A program made ready on the processors: one step for each instruction, run in order.
final class CpuExecutable implements Executable {
  private final Program program;
  private final Kernels kernels;
  private final Workers workers;
  private final Frame frame;
  private final Scratch[] scratch;
  private final AttendScratch[] attendScratch;
  private final List<Step> steps = new ArrayList<>();
  private final int vocabulary;
  private long batches;

  CpuExecutable(
      Function function, ModelWeights weights, int tokens, Kernels kernels, Workers workers) {
    this.program = function.program();
    this.kernels = kernels;
    this.workers = workers;
    Strips layout = new Strips(kernels.stripWidth());
    requireMemory((long) Float.BYTES * function.plan().width() * layout.padded(tokens), tokens);
    this.frame = new Frame(function.plan(), layout, tokens);
    this.scratch = new Scratch[workers.threads()];
    this.attendScratch = new AttendScratch[workers.threads()];
    Panels[] panels =
        program.instructions().stream()
            .map(instruction -> panels(instruction, weights))
            .toArray(Panels[]::new);
    int panelLength =
        Arrays.stream(panels).filter(Objects::nonNull).mapToInt(Panels::length).max().orElse(0);
    Arrays.setAll(scratch, _ -> new Scratch(panelLength, widest(program), kernels));
    for (int i = 0; i < panels.length; i++) {
      steps.add(step(program.instructions().get(i), panels[i], weights, tokens));
    }
    this.vocabulary =
        program.instructions().getFirst() instanceof Instruction.Embed embed
            ? embed.table().outputs()
            : Integer.MAX_VALUE;
  }

  private static void requireMemory(long bytes, int tokens) {
    long most = Math.min(Runtime.getRuntime().maxMemory(), 4L * Integer.MAX_VALUE);
    if (bytes > most) {
      throw new DeviceException(
          "a batch of %d tokens needs %d MB for activations, there are %d MB: use smaller batches"
              .formatted(tokens, bytes >> 20, most >> 20));
    }
  }

  /// Columns of the widest buffer.
  private static int widest(Program program) {
    return program.instructions().stream()
        .flatMap(instruction -> instruction.result().stream())
        .mapToInt(Buffer::width)
        .max()
        .orElse(0);
  }

  /// The weights that an instruction multiplies with, or null.
  private static Panels panels(Instruction instruction, ModelWeights weights) {
    return switch (instruction) {
      case Instruction.MatMul matmul -> new Panels(matmul.parts(), weights);
      case Instruction.Score score -> new Panels(List.of(score.head()), weights);
      default -> null;
    };
  }

  private Step step(Instruction instruction, Panels panels, ModelWeights weights, int tokens) {
    return switch (instruction) {
      case Instruction.Embed embed -> RowSteps.embed(embed, weights, scratch);
      case Instruction.Norm norm -> RowSteps.norm(norm, weights, kernels);
      case Instruction.MatMul matmul -> new ProductStep(matmul, panels, kernels, scratch);
      case Instruction.Rotate rotate ->
          new RotateStep(rotate, new RotationTables(rotate.rotation(), rotate.headSize()), kernels);
      case Instruction.Attend attend -> attend(attend);
      case Instruction.Gate gate -> RowSteps.gate(gate, kernels);
      case Instruction.Add add -> RowSteps.add(add, kernels);
      case Instruction.SelectRows select -> RowSteps.select(select, scratch);
      case Instruction.Score score -> new ScoreStep(score, panels, kernels, scratch, tokens);
    };
  }

  /// Attentions run one after another, so those of the same shape share their scratch memory.
  private Step attend(Instruction.Attend attend) {
    int slots = AttendStep.strips(kernels) * attend.headsPerKey();
    for (int worker = 0; worker < attendScratch.length; worker++) {
      AttendScratch present = attendScratch[worker];
      if (present == null || !present.fits(attend.headSize(), slots)) {
        attendScratch[worker] = new AttendScratch(attend.headSize(), slots, kernels);
      }
    }
    return new AttendStep(attend, kernels, attendScratch.clone());
  }

  @Override
  public double[] score(Batch batch) {
    ScoreStep last = scoring();
    run(batch, steps);
    return last.result();
  }

  @Override
  public int vocabulary() {
    return scoring().vocabulary();
  }

  @Override
  public void begin(Batch batch) {
    scoring();
    run(batch, steps.subList(0, steps.size() - 1));
  }

  @Override
  public void logits(int from, int to, float[] into) {
    LogitsSource.requireRange(frame.batch(), from, to, vocabulary(), into);
    scoring().logits(frame, workers, from, to, into);
  }

  private ScoreStep scoring() {
    if (!(steps.getLast() instanceof ScoreStep last)) {
      throw new IllegalStateException("the program does not end in a score");
    }
    return last;
  }

  @Override
  public float[] output(Batch batch) {
    Buffer buffer =
        program
            .instructions()
            .getLast()
            .result()
            .orElseThrow(() -> new IllegalStateException("the program ends in no buffer"));
    run(batch, steps);
    return read(buffer);
  }

  @Override
  public Trace trace(Batch batch) {
    place(batch);
    return new SteppedTrace(program, new Stepping(batches));
  }

  private void run(Batch batch, List<Step> chosen) {
    place(batch);
    for (Step step : chosen) {
      step.run(frame, workers);
    }
  }

  /// How long each instruction takes for a batch, in seconds, for benchmarks.
  double[] seconds(Batch batch) {
    place(batch);
    double[] seconds = new double[steps.size()];
    for (int i = 0; i < seconds.length; i++) {
      long begin = System.nanoTime();
      steps.get(i).run(frame, workers);
      seconds[i] = (System.nanoTime() - begin) * 1e-9;
    }
    return seconds;
  }

  private void place(Batch batch) {
    requireIds(batch.ids());
    requireIds(batch.targets());
    frame.begin(batch);
    batches++;
  }

  /// A buffer's rows, a row behind the other.
  private float[] read(Buffer buffer) {
    int rows = frame.rows(buffer);
    float[] values = new float[Math.multiplyExact(rows, buffer.width())];
    for (int row = 0; row < rows; row++) {
      frame.read(buffer.view(), row, values, row * buffer.width());
    }
    return values;
  }

  private void requireIds(int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= vocabulary) {
        throw new IllegalArgumentException("token id " + id + " of " + vocabulary);
      }
    }
  }

  @Override
  public void close() {}

  /// The steps for one batch, for as long as there is no other.
  private final class Stepping implements SteppedTrace.Steps {
    private final long own;

    Stepping(long own) {
      this.own = own;
    }

    @Override
    public void run(int index) {
      if (batches != own) {
        throw new IllegalStateException("the trace is over: another batch was given");
      }
      steps.get(index).run(frame, workers);
    }

    @Override
    public float[] read(Buffer buffer) {
      return CpuExecutable.this.read(buffer);
    }

    @Override
    public double[] scores() {
      return ((ScoreStep) steps.getLast()).result();
    }
  }
}
