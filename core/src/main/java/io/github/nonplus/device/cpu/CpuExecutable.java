package io.github.nonplus.device.cpu;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.BatchScores;
import io.github.nonplus.device.Disturbance;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.LogitsSource;
import io.github.nonplus.device.SteppedTrace;
import io.github.nonplus.device.Trace;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.MemoryPlan;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.weights.ModelWeights;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// A program made ready on the processors: one step for each operation, run in order. Traces, which
/// show every buffer, take each step by itself, whole batches the fused ones.
final class CpuExecutable implements Executable {
  private final Program program;
  private final MemoryPlan plan;
  private final Strips layout;
  private final Workers workers;
  private final Frame frame;
  private final List<Step> steps;
  private final List<Step> fused;
  private final int vocabulary;
  private long batches;

  CpuExecutable(
      Function function, ModelWeights weights, int tokens, Kernels kernels, Workers workers) {
    this(function, weights, tokens, kernels, workers, Caches.here());
  }

  /// @param caches that the work is cut for
  CpuExecutable(
      Function function,
      ModelWeights weights,
      int tokens,
      Kernels kernels,
      Workers workers,
      Caches caches) {
    this.program = function.program();
    this.plan = function.plan();
    this.workers = workers;
    this.layout = new Strips(kernels.stripWidth());
    Lowering lowering = new Lowering(program, weights, tokens, kernels, workers.threads(), caches);
    this.steps = lowering.each();
    Lowering.Fused whole = lowering.fused(steps);
    this.fused = whole.steps();
    this.frame = frame(MemoryPlan.without(program, whole.unwritten()), tokens);
    this.vocabulary =
        program.operations().getFirst() instanceof Embed embed
            ? embed.table().outputs()
            : Integer.MAX_VALUE;
  }

  private Frame frame(MemoryPlan of, int tokens) {
    requireMemory((long) Float.BYTES * of.width() * layout.padded(tokens), tokens);
    return new Frame(of, layout, tokens);
  }

  private static void requireMemory(long bytes, int tokens) {
    long most = Math.min(Runtime.getRuntime().maxMemory(), 4L * Integer.MAX_VALUE);
    if (bytes > most) {
      throw new DeviceException(
          "a batch of %d tokens needs %d MB for activations, there are %d MB: use smaller batches"
              .formatted(tokens, bytes >> 20, most >> 20));
    }
  }

  @Override
  public double[] score(Batch batch) {
    ScoreStep last = scoring();
    run(batch, fused);
    return last.result();
  }

  @Override
  public Supplier<BatchScores> routedScores(Batch batch) {
    return () -> new BatchScores(score(batch), frame.routed());
  }

  /// Runs one step after another until all are done or it is over, for the sake of running them.
  void runUntil(Batch batch, BooleanSupplier isOver) {
    place(batch, frame);
    for (int i = 0; i < fused.size() && !isOver.getAsBoolean(); i++) {
      fused.get(i).run(frame, workers);
    }
  }

  @Override
  public int vocabulary() {
    return scoring().vocabulary();
  }

  @Override
  public void begin(Batch batch) {
    scoring();
    run(batch, fused.subList(0, fused.size() - 1));
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
            .operations()
            .getLast()
            .result()
            .orElseThrow(() -> new IllegalStateException("the program ends in no buffer"));
    run(batch, fused);
    return read(frame, buffer);
  }

  /// In memory of its own, which has a place for every buffer.
  @Override
  public Trace trace(Batch batch) {
    return new SteppedTrace(program, stepping(batch));
  }

  @Override
  public Trace trace(Batch batch, Disturbance disturbance) {
    Stepping stepping = stepping(batch);
    return new SteppedTrace(
        program,
        stepping,
        new SteppedTrace.Change(
            disturbance, (view, values) -> write(stepping.whole, view, values)));
  }

  private Stepping stepping(Batch batch) {
    Frame whole = frame(plan, batch.tokens());
    place(batch, whole);
    return new Stepping(batches, whole);
  }

  private void run(Batch batch, List<Step> chosen) {
    place(batch, frame);
    for (Step step : chosen) {
      step.run(frame, workers);
    }
  }

  /// How long each operation takes for a batch, in seconds, for benchmarks; the whole of a fused
  /// step is the first one's.
  double[] seconds(Batch batch) {
    place(batch, frame);
    double[] seconds = new double[fused.size()];
    for (int i = 0; i < seconds.length; i++) {
      long begin = System.nanoTime();
      fused.get(i).run(frame, workers);
      seconds[i] = (System.nanoTime() - begin) * 1e-9;
    }
    return seconds;
  }

  private void place(Batch batch, Frame into) {
    batch.requireFits(program);
    requireIds(batch.ids());
    requireIds(batch.targets());
    into.begin(batch);
    batches++;
  }

  /// A buffer's rows, a row behind the other.
  private static float[] read(Frame from, Buffer buffer) {
    int rows = from.rows(buffer);
    float[] values = new float[Math.multiplyExact(rows, buffer.width())];
    for (int row = 0; row < rows; row++) {
      from.read(buffer.view(), row, values, row * buffer.width());
    }
    return values;
  }

  /// Sets a view's rows, a row behind the other.
  private static void write(Frame into, View view, float[] values) {
    float[] row = new float[view.width()];
    for (int at = 0; at < values.length; at += row.length) {
      System.arraycopy(values, at, row, 0, row.length);
      into.write(view, at / row.length, row);
    }
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
    private final Frame whole;

    Stepping(long own, Frame whole) {
      this.own = own;
      this.whole = whole;
    }

    @Override
    public void run(int index) {
      if (batches != own) {
        throw new IllegalStateException("the trace is over: another batch was given");
      }
      steps.get(index).run(whole, workers);
    }

    @Override
    public float[] read(Buffer buffer) {
      return CpuExecutable.read(whole, buffer);
    }

    @Override
    public double[] scores() {
      return ((ScoreStep) steps.getLast()).result();
    }
  }
}
