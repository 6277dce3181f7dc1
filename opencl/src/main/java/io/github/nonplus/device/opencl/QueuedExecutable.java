package io.github.nonplus.device.opencl;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.BatchScores;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.LogitsSource;
import io.github.nonplus.device.Routed;
import io.github.nonplus.device.SteppedTrace;
import io.github.nonplus.device.Trace;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.operand.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// A program made ready on a device, in steps: each gives a queue what computes one operation, or
/// several in a row. A batch goes there, all steps follow, and its result comes back: nothing waits
/// in between. Which steps there are, and where their results lie, is the kernels' own.
public abstract class QueuedExecutable implements Executable, StepTimes {
  /// Times that a step is timed.
  private static final int TIMED = 3;

  private final Program program;
  private final Queue queue;
  private final int ids;
  private long batches;

  protected QueuedExecutable(Program program, Queue queue) {
    this.program = program;
    this.queue = queue;
    this.ids =
        program.operations().getFirst() instanceof Embed embed
            ? embed.table().outputs()
            : Integer.MAX_VALUE;
  }

  /// What the batch at hand brings.
  protected abstract BatchInputs inputs();

  protected abstract int steps();

  /// The first operation of a step.
  protected abstract int firstOperation(int step);

  /// The last operation of a step, whose result alone is in the device's memory afterwards.
  protected abstract int lastOperation(int step);

  /// Gives the queue a step for the batch at hand.
  protected abstract void run(int step);

  /// Waits for what was given before, and reads the rows of a buffer.
  protected abstract float[] read(Buffer buffer);

  /// Begins to read the losses, once all steps of a program that ends in a score were given.
  protected abstract Supplier<double[]> losses();

  /// Computes and reads logits of the batch at hand, once all steps but the score were given.
  protected abstract void read(int from, int to, float[] logits);

  /// Gives the device's memory back.
  protected abstract void release();

  /// The program's last operation.
  protected final Score scoring() {
    if (!(program.operations().getLast() instanceof Score score)) {
      throw new IllegalStateException("the program does not end in a score");
    }
    return score;
  }

  @Override
  public final double[] score(Batch batch) {
    return scores(batch).get();
  }

  @Override
  public final Supplier<double[]> scores(Batch batch) {
    scoring();
    run(batch, steps());
    return losses();
  }

  @Override
  public final Supplier<BatchScores> routedScores(Batch batch) {
    Supplier<double[]> losses = scores(batch);
    Supplier<List<Routed>> routed = routed();
    return () -> new BatchScores(losses.get(), routed.get());
  }

  /// Begins to read where the rows of the batch at hand went.
  protected Supplier<List<Routed>> routed() {
    return List::of;
  }

  @Override
  public final int vocabulary() {
    return scoring().head().weight().outputs();
  }

  @Override
  public final void begin(Batch batch) {
    scoring();
    run(batch, steps() - 1);
  }

  @Override
  public final void logits(int from, int to, float[] into) {
    LogitsSource.requireRange(inputs().batch(), from, to, vocabulary(), into);
    read(from, to, into);
  }

  @Override
  public final float[] output(Batch batch) {
    Buffer buffer =
        program
            .operations()
            .getLast()
            .result()
            .orElseThrow(() -> new IllegalStateException("the program ends in no buffer"));
    run(batch, steps());
    return read(buffer);
  }

  @Override
  public final Trace trace(Batch batch) {
    place(batch);
    int[] shown = IntStream.range(0, steps()).map(this::lastOperation).toArray();
    return new SteppedTrace(program, shown, new Stepping(batches));
  }

  /// What a step computes of several operations is the first one's.
  @Override
  public final SortedMap<Integer, Double> seconds(Batch batch, int repetitions) {
    place(batch);
    SortedMap<Integer, Double> seconds = new TreeMap<>();
    for (int step = 0; step < steps(); step++) {
      run(step);
      queue.finish();
      double[] times = new double[TIMED];
      for (int i = 0; i < TIMED; i++) {
        times[i] = seconds(step, repetitions) / repetitions;
      }
      Arrays.sort(times);
      seconds.put(firstOperation(step), times[TIMED / 2]);
    }
    return seconds;
  }

  private double seconds(int step, int repetitions) {
    long begin = System.nanoTime();
    for (int repetition = 0; repetition < repetitions; repetition++) {
      run(step);
    }
    queue.finish();
    return (System.nanoTime() - begin) / 1e9;
  }

  private void run(Batch batch, int steps) {
    place(batch);
    for (int step = 0; step < steps; step++) {
      run(step);
    }
  }

  private void place(Batch batch) {
    batch.requireFits(program);
    requireIds(batch.ids());
    requireIds(batch.targets());
    inputs().begin(batch);
    batches++;
  }

  private void requireIds(int[] given) {
    for (int id : given) {
      if (id < 0 || id >= ids) {
        throw new IllegalArgumentException("token id " + id + " of " + ids);
      }
    }
  }

  @Override
  public final void close() {
    try {
      queue.finish(); // which fails if the device is lost
    } finally {
      release();
    }
  }

  /// The steps for one batch, for as long as there is no other.
  private final class Stepping implements SteppedTrace.Steps {
    private final long own;

    Stepping(long own) {
      this.own = own;
    }

    @Override
    public void run(int step) {
      if (batches != own) {
        throw new IllegalStateException("the trace is over: another batch was given");
      }
      QueuedExecutable.this.run(step);
    }

    @Override
    public float[] read(Buffer buffer) {
      return QueuedExecutable.this.read(buffer);
    }

    @Override
    public double[] scores() {
      return losses().get();
    }
  }
}
