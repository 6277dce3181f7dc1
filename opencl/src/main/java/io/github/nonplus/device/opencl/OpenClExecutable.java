package io.github.nonplus.device.opencl;

import io.github.nonplus.device.Routed;
import io.github.nonplus.device.opencl.binding.Context;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.device.opencl.kernels.KernelCode;
import io.github.nonplus.device.opencl.kernels.KernelSet;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// A program made ready on a device of any kind: one step for each operation.
public final class OpenClExecutable extends QueuedExecutable {
  private final Queue queue;
  private final Allocations allocations;
  private final Frame frame;
  private final Texture texture;
  private final Resources resources;
  private final List<Step> steps = new ArrayList<>();

  /// Made when logits are first asked for: a run that only scores needs neither its kernel nor its
  /// memory.
  private LogitsTile logits;

  public OpenClExecutable(
      Function function,
      ModelWeights weights,
      int tokens,
      Context context,
      Queue queue,
      KernelSet kernels,
      KernelCode code,
      Profile profile) {
    super(function.program(), queue);
    this.queue = queue;
    Program program = function.program();
    DeviceWeights found = DeviceWeights.of(program, weights);
    MemoryNeed.of(function, found.bytes(), profile, tokens).requireFits(context.facts());
    this.allocations = new Allocations(context);
    try {
      found.upload(allocations, queue);
      this.frame = new Frame(function.plan(), tokens, allocations, queue);
      Lowering lowering = new Lowering(profile);
      this.texture =
          profile.textures()
              ? new Texture(lowering.depth(program), tokens, context, allocations)
              : null;
      this.resources =
          new Resources(profile, kernels, code, found, frame, texture, allocations, queue, tokens);
      program
          .operations()
          .forEach(operation -> steps.add(lowering.of(operation).prepare(resources)));
    } catch (RuntimeException e) {
      allocations.close();
      throw e;
    }
  }

  /// Bytes of device memory taken, without what logits take when they are first asked for.
  long bytes() {
    return allocations.bytes();
  }

  @Override
  protected BatchInputs inputs() {
    return frame.inputs();
  }

  @Override
  protected int steps() {
    return steps.size();
  }

  @Override
  protected int firstOperation(int step) {
    return step;
  }

  @Override
  protected int lastOperation(int step) {
    return step;
  }

  @Override
  protected void run(int step) {
    steps.get(step).run(frame, queue);
  }

  @Override
  protected float[] read(Buffer buffer) {
    int count = Math.multiplyExact(frame.rows(buffer), buffer.width());
    float[] lying = queue.read(frame.arena(), frame.at(buffer), count);
    return buffer.rows() instanceof RowSpace.Routed routed
        ? frame
            .inputs()
            .groups(SpreadKernels.fact(routed.each()))
            .inOrder(lying, buffer.width(), queue)
        : lying;
  }

  @Override
  protected Supplier<List<Routed>> routed() {
    List<Supplier<Routed>> all = new ArrayList<>();
    for (Step step : steps) {
      if (step instanceof RouteStep route) {
        all.add(route.fetch(frame, queue));
      }
    }
    return () -> all.stream().map(Supplier::get).toList();
  }

  @Override
  protected Supplier<double[]> losses() {
    return ((ScoreStep) steps.getLast()).result(frame, queue);
  }

  @Override
  protected void read(int from, int to, float[] into) {
    if (logits == null) {
      logits = new LogitsTile(scoring(), resources);
    }
    logits.read(frame, queue, from, to, into);
  }

  @Override
  protected void release() {
    if (texture != null) {
      texture.close();
    }
    allocations.close();
  }
}
