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

/// A program made ready on the processors: one step for each instruction, run in order.
final class CpuExecutable implements Executable {
  private final Program program;
  private final Kernels kernels;
  private final Workers workers;
  private final Frame frame;
  private final PackedRows packed;
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
    long columns = (long) function.plan().width() + depth(program);
    requireMemory(4 * columns * padded(tokens), tokens);
    this.frame = new Frame(function.plan(), tokens);
    this.scratch = new Scratch[workers.threads()];
    this.attendScratch = new AttendScratch[workers.threads()];
    int depth = depth(program);
    this.packed = new PackedRows(kernels, Math.multiplyExact(depth, padded(tokens)));
    Arrays.setAll(scratch, _ -> new Scratch(depth));
    for (Instruction instruction : program.instructions()) {
      steps.add(step(instruction, weights, tokens));
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

  private static int padded(int tokens) {
    return Strips.padded(tokens, Scratch.TILE_ROWS);
  }

  /// The most inputs of any product.
  private static int depth(Program program) {
    int depth = 0;
    for (Instruction instruction : program.instructions()) {
      if (instruction instanceof Instruction.MatMul matmul) {
        depth = Math.max(depth, matmul.input().width());
      } else if (instruction instanceof Instruction.Score score) {
        depth = Math.max(depth, score.input().width());
      }
    }
    return depth;
  }

  private Step step(Instruction instruction, ModelWeights weights, int tokens) {
    return switch (instruction) {
      case Instruction.Embed embed -> RowSteps.embed(embed, weights);
      case Instruction.Norm norm -> RowSteps.norm(norm, weights, kernels);
      case Instruction.MatMul matmul ->
          new ProductStep(matmul, panels(matmul, weights), kernels, packed, scratch);
      case Instruction.Rotate rotate ->
          new RotateStep(rotate, new RotationTable(rotate.rotation(), rotate.headSize()), kernels);
      case Instruction.Attend attend -> attend(attend);
      case Instruction.Gate gate -> RowSteps.gate(gate, kernels);
      case Instruction.Add add -> RowSteps.add(add, kernels);
      case Instruction.SelectRows select -> RowSteps.select(select);
      case Instruction.Score score ->
          new ScoreStep(
              score,
              new Panels(List.of(score.head()), weights, 0, 0),
              kernels,
              packed,
              scratch,
              tokens);
    };
  }

  /// The last outputs are cut into narrow panels, so that the workers end together: a few panels
  /// for each worker, each as wide as a strip.
  private Panels panels(Instruction.MatMul matmul, ModelWeights weights) {
    int narrowed = 2 * Panels.WIDTH * workers.threads();
    int narrow = Math.min(kernels.stripWidth(), Panels.WIDTH);
    return new Panels(matmul.parts(), weights, narrow, workers.threads() == 1 ? 0 : narrowed);
  }

  /// Attentions run one after another, so those of the same shape share their scratch memory.
  private Step attend(Instruction.Attend attend) {
    int queries = AttendStep.QUERIES * attend.headsPerKey();
    for (int worker = 0; worker < attendScratch.length; worker++) {
      AttendScratch present = attendScratch[worker];
      if (present == null || !present.fits(attend.headSize(), queries)) {
        attendScratch[worker] = new AttendScratch(attend.headSize(), queries);
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

  private float[] read(Buffer buffer) {
    int from = frame.at(buffer, 0);
    return Arrays.copyOfRange(frame.arena(), from, from + frame.rows(buffer) * buffer.width());
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
