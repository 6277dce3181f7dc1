package io.github.nonplus.device.opencl;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.LogitsSource;
import io.github.nonplus.device.SteppedTrace;
import io.github.nonplus.device.Trace;
import io.github.nonplus.device.opencl.binding.Context;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.device.opencl.kernels.KernelCode;
import io.github.nonplus.device.opencl.kernels.KernelSet;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.Program;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/// A program made ready on a device. A batch goes there, all steps follow, and its result comes
/// back: nothing waits in between.
final class OpenClExecutable implements Executable, StepTimes {
  private final Program program;
  private final Queue queue;
  private final Allocations allocations;
  private final Frame frame;
  private final Texture texture;
  private final Lowering lowering;
  private final List<Step> steps = new ArrayList<>();
  private final int vocabulary;

  /// Made when logits are first asked for: a run that only scores needs neither its kernel nor its
  /// memory.
  private LogitsTile logits;

  private long batches;

  OpenClExecutable(
      Function function,
      ModelWeights weights,
      int tokens,
      Context context,
      Queue queue,
      KernelSet kernels,
      KernelCode code,
      Profile profile) {
    this.program = function.program();
    this.queue = queue;
    DeviceWeights found = DeviceWeights.of(program, weights);
    MemoryNeed.of(function, found.bytes(), profile, tokens).requireFits(context.facts());
    this.allocations = new Allocations(context);
    try {
      found.upload(allocations, queue);
      this.frame = new Frame(function.plan(), tokens, allocations, queue);
      this.texture =
          profile.textures()
              ? new Texture(Texture.depth(program), tokens, context, allocations)
              : null;
      this.lowering =
          new Lowering(
              new Specializations(profile),
              kernels,
              code,
              found,
              frame,
              texture,
              allocations,
              queue,
              tokens);
      program.instructions().forEach(instruction -> steps.add(lowering.step(instruction)));
    } catch (RuntimeException e) {
      allocations.close();
      throw e;
    }
    this.vocabulary =
        program.instructions().getFirst() instanceof Instruction.Embed embed
            ? embed.table().outputs()
            : Integer.MAX_VALUE;
  }

  /// Bytes of device memory taken, without what logits take when they are first asked for.
  long bytes() {
    return allocations.bytes();
  }

  @Override
  public double[] score(Batch batch) {
    return scores(batch).get();
  }

  @Override
  public Supplier<double[]> scores(Batch batch) {
    ScoreStep last = scoring();
    run(batch, steps);
    return last.result(frame, queue);
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
    if (logits == null) {
      logits = new LogitsTile((Instruction.Score) program.instructions().getLast(), lowering);
    }
    logits.read(frame, queue, from, to, into);
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

  @Override
  public SortedMap<Integer, Double> seconds(Batch batch, int repetitions) {
    place(batch);
    SortedMap<Integer, Double> seconds = new TreeMap<>();
    for (int index = 0; index < steps.size(); index++) {
      Step step = steps.get(index);
      step.run(frame, queue);
      queue.finish();
      long begin = System.nanoTime();
      for (int i = 0; i < repetitions; i++) {
        step.run(frame, queue);
      }
      queue.finish();
      seconds.put(index, (System.nanoTime() - begin) / 1e9 / repetitions);
    }
    return seconds;
  }

  private void run(Batch batch, List<Step> chosen) {
    place(batch);
    chosen.forEach(step -> step.run(frame, queue));
  }

  private void place(Batch batch) {
    requireIds(batch.ids());
    requireIds(batch.targets());
    frame.inputs().begin(batch);
    batches++;
  }

  /// Waits for what was given before.
  private float[] read(Buffer buffer) {
    int count = Math.multiplyExact(frame.rows(buffer), buffer.width());
    return queue.read(frame.arena(), frame.at(buffer), count);
  }

  private void requireIds(int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= vocabulary) {
        throw new IllegalArgumentException("token id " + id + " of " + vocabulary);
      }
    }
  }

  @Override
  public void close() {
    try {
      queue.finish(); // which fails if the device is lost
    } finally {
      if (texture != null) {
        texture.close();
      }
      allocations.close();
    }
  }

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
      steps.get(index).run(frame, queue);
    }

    @Override
    public float[] read(Buffer buffer) {
      return OpenClExecutable.this.read(buffer);
    }

    @Override
    public double[] scores() {
      return ((ScoreStep) steps.getLast()).result(frame, queue).get();
    }
  }
}
