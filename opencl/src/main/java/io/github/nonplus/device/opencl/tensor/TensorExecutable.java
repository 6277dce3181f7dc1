package io.github.nonplus.device.opencl.tensor;

import io.github.nonplus.device.opencl.Allocations;
import io.github.nonplus.device.opencl.BatchInputs;
import io.github.nonplus.device.opencl.MemoryNeed;
import io.github.nonplus.device.opencl.QueuedExecutable;
import io.github.nonplus.device.opencl.TensorCores;
import io.github.nonplus.device.opencl.binding.Context;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.device.opencl.kernels.KernelCode;
import io.github.nonplus.device.opencl.kernels.KernelSet;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Adjust;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.op.Convolve;
import io.github.nonplus.program.op.Decay;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.ExpertMatMul;
import io.github.nonplus.program.op.FakeQuantize;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.Gather;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.program.op.Scan;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectKeys;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.op.Softplus;
import io.github.nonplus.program.op.Spread;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// A program made ready on a GPU with tensor cores: one step for each operation. What a product
/// hands on in registers never lies in memory and is not seen.
public final class TensorExecutable extends QueuedExecutable {
  private final Queue queue;
  private final Allocations allocations;
  private final BatchInputs inputs;
  private final DeviceBuffers places;
  private final Lowering lowering;
  private final List<Stage> stages;
  private final List<Work> work = new ArrayList<>();

  /// Made when logits are first asked for: a run that only scores needs neither its kernel nor its
  /// memory.
  private LogitsTile logits;

  /// @param tokens the most that a batch may have
  public TensorExecutable(
      TensorCores cores,
      Program program,
      ModelWeights weights,
      int tokens,
      Context context,
      Queue queue,
      KernelSet kernels,
      KernelCode code) {
    super(program, queue);
    this.queue = queue;
    this.stages = Stage.of(program);
    int rows = rows(tokens);
    Arrangement arrangement = Arrangement.of(stages, rows);
    PooledWeights found = new PooledWeights(program, weights);
    long scratch = scratchBytes(rows, context.facts().units());
    need(program, found.bytes(), arrangement.bytes(), scratch, tokens).requireFits(context.facts());
    this.allocations = new Allocations(context);
    try {
      found.upload(allocations, queue);
      this.inputs = new BatchInputs(tokens, allocations, queue);
      this.places = new DeviceBuffers(arrangement, rows, allocations, inputs);
      Memory room = allocations.take(scratch, "some of the weights in float16");
      Memory turns = allocations.take(Lowering.TURNS, "the turns of attention");
      queue.zero(turns, 0, Lowering.TURNS);
      this.lowering =
          new Lowering(
              cores,
              kernels,
              code,
              found,
              places,
              new Scratch(room),
              turns,
              allocations,
              queue,
              context.facts().units());
      stages.forEach(stage -> work.add(lowering.work(stage)));
    } catch (RuntimeException e) {
      allocations.close();
      throw e;
    }
  }

  /// Room for the largest piece of a product.
  private long scratchBytes(int rows, int units) {
    long most = 4;
    for (Stage stage : stages) {
      long bytes =
          switch (stage.operation()) {
            case MatMul matmul ->
                Product.pieces(stage, matmul, rows, units).bytes(matmul.input().width());
            case Score score -> ScoreWork.pieces(score, rows, units).bytes(score.input().width());
            case Embed _, Norm _, Rotate _, Attend _, SelectRows _ -> 0;
            case Elementwise _,
                Gate _,
                Combine _,
                Scale _,
                Adjust _,
                FakeQuantize _,
                Concatenate _,
                Convolve _,
                Softplus _,
                Decay _,
                Scan _ ->
                0;
            case Route _, Spread _, ExpertMatMul _, Gather _, SelectKeys _ -> 0;
          };
      most = Math.max(most, bytes);
    }
    return most;
  }

  private static MemoryNeed need(
      Program program, long weights, long arena, long scratch, int tokens) {
    long score =
        program.operations().getLast() instanceof Score last
            ? ScoreWork.bytes(last, rows(tokens))
            : 0;
    long inputs = MemoryNeed.inputs(program, Lowering.QUERIES, tokens);
    return new MemoryNeed(
        weights + MemoryNeed.biases(program),
        arena,
        Math.addExact(inputs, Math.addExact(scratch, score)) + Lowering.TURNS,
        tokens);
  }

  /// Rows in whole tiles.
  private static int rows(int tokens) {
    return Math.ceilDiv(tokens, Form.TILE_ROWS) * Form.TILE_ROWS;
  }

  /// Bytes of device memory taken, without what logits take when they are first asked for.
  long bytes() {
    return allocations.bytes();
  }

  @Override
  protected BatchInputs inputs() {
    return inputs;
  }

  @Override
  protected int steps() {
    return work.size();
  }

  @Override
  protected int firstOperation(int step) {
    return stages.get(step).index();
  }

  @Override
  protected int lastOperation(int step) {
    return stages.get(step).lastIndex();
  }

  @Override
  protected void run(int step) {
    work.get(step).run(queue);
  }

  @Override
  protected float[] read(Buffer buffer) {
    return places.read(buffer, queue);
  }

  @Override
  protected Supplier<double[]> losses() {
    return ((ScoreWork) work.getLast()).result(queue);
  }

  @Override
  protected void read(int from, int to, float[] into) {
    if (logits == null) {
      logits = new LogitsTile(scoring(), lowering);
    }
    logits.read(queue, from, to, into);
  }

  @Override
  protected void release() {
    allocations.close();
  }
}
