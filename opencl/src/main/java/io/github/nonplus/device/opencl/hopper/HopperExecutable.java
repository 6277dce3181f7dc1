package io.github.nonplus.device.opencl.hopper;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.LogitsSource;
import io.github.nonplus.device.Observation;
import io.github.nonplus.device.Trace;
import io.github.nonplus.device.opencl.Allocations;
import io.github.nonplus.device.opencl.BatchInputs;
import io.github.nonplus.device.opencl.MemoryNeed;
import io.github.nonplus.device.opencl.StepTimes;
import io.github.nonplus.device.opencl.binding.Context;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.device.opencl.kernels.KernelCode;
import io.github.nonplus.device.opencl.kernels.KernelSet;
import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.Instruction.MatMul;
import io.github.nonplus.program.Program;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/// A program made ready on a Hopper GPU. A batch goes there, all work follows, and its result comes
/// back: nothing waits in between.
public final class HopperExecutable implements Executable, StepTimes {
  private final Program program;
  private final Queue queue;
  private final Allocations allocations;
  private final BatchInputs inputs;
  private final Places places;
  private final Lowering lowering;
  private final List<Operation> operations;
  private final List<Work> work = new ArrayList<>();
  private final int vocabulary;

  /// Made when logits are first asked for: a run that only scores needs neither its kernel nor its
  /// memory.
  private LogitsTile logits;

  private long batches;

  /// @param tokens the most that a batch may have
  public HopperExecutable(
      Program program,
      ModelWeights weights,
      int tokens,
      Context context,
      Queue queue,
      KernelSet kernels,
      KernelCode code) {
    this.program = program;
    this.queue = queue;
    this.operations = Operation.of(program);
    int rows = rows(tokens);
    Arrangement arrangement = Arrangement.of(operations, rows);
    PooledWeights found = new PooledWeights(program, weights);
    long scratch = scratchBytes(rows, context.facts().units());
    need(program, found.bytes(), arrangement.bytes(), scratch, tokens).requireFits(context.facts());
    this.allocations = new Allocations(context);
    try {
      found.upload(allocations, queue);
      this.inputs = new BatchInputs(tokens, allocations, queue);
      this.places = new Places(arrangement, rows, allocations, inputs);
      Memory room = allocations.take(scratch, "some of the weights in float16");
      Memory turns = allocations.take(Lowering.TURNS, "the turns of attention");
      queue.zero(turns, 0, Lowering.TURNS);
      this.lowering =
          new Lowering(
              kernels,
              code,
              found,
              places,
              new Scratch(room),
              turns,
              allocations,
              queue,
              context.facts().units());
      operations.forEach(operation -> work.add(lowering.work(operation)));
    } catch (RuntimeException e) {
      allocations.close();
      throw e;
    }
    this.vocabulary =
        program.instructions().getFirst() instanceof Instruction.Embed embed
            ? embed.table().outputs()
            : Integer.MAX_VALUE;
  }

  /// Room for the largest piece of a product.
  private long scratchBytes(int rows, int units) {
    long most = 4;
    for (Operation operation : operations) {
      long bytes =
          switch (operation.instruction()) {
            case MatMul matmul ->
                Product.pieces(operation, matmul, rows, units).bytes(matmul.input().width());
            case Instruction.Score score ->
                ScoreWork.pieces(score, rows, units).bytes(score.input().width());
            default -> 0;
          };
      most = Math.max(most, bytes);
    }
    return most;
  }

  private static MemoryNeed need(
      Program program, long weights, long arena, long scratch, int tokens) {
    long score =
        program.instructions().getLast() instanceof Instruction.Score last
            ? ScoreWork.bytes(last, rows(tokens))
            : 0;
    long inputs = MemoryNeed.inputs(program, _ -> Lowering.QUERIES, tokens);
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
  public double[] score(Batch batch) {
    return scores(batch).get();
  }

  @Override
  public Supplier<double[]> scores(Batch batch) {
    ScoreWork last = scoring();
    run(batch, work);
    return last.result(queue);
  }

  @Override
  public int vocabulary() {
    return scoring().outputs();
  }

  @Override
  public void begin(Batch batch) {
    scoring();
    run(batch, work.subList(0, work.size() - 1));
  }

  @Override
  public void logits(int from, int to, float[] into) {
    LogitsSource.requireRange(inputs.batch(), from, to, vocabulary(), into);
    if (logits == null) {
      logits = new LogitsTile((Instruction.Score) program.instructions().getLast(), lowering);
    }
    logits.read(queue, from, to, into);
  }

  private ScoreWork scoring() {
    if (!(work.getLast() instanceof ScoreWork last)) {
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
    run(batch, work);
    return places.read(buffer, queue);
  }

  @Override
  public Trace trace(Batch batch) {
    place(batch);
    return new Stepping(batches);
  }

  /// What a product and what follows it in registers take together is the product's.
  @Override
  public SortedMap<Integer, Double> seconds(Batch batch, int repetitions) {
    place(batch);
    SortedMap<Integer, Double> seconds = new TreeMap<>();
    for (int i = 0; i < work.size(); i++) {
      work.get(i).run(queue);
      queue.finish();
      long begin = System.nanoTime();
      for (int repetition = 0; repetition < repetitions; repetition++) {
        work.get(i).run(queue);
      }
      queue.finish();
      seconds.put(operations.get(i).index(), (System.nanoTime() - begin) / 1e9 / repetitions);
    }
    return seconds;
  }

  private void run(Batch batch, List<Work> chosen) {
    place(batch);
    chosen.forEach(each -> each.run(queue));
  }

  private void place(Batch batch) {
    requireIds(batch.ids());
    requireIds(batch.targets());
    inputs.begin(batch);
    batches++;
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
      allocations.close();
    }
  }

  /// The operations for one batch, for as long as there is no other. What a product hands on in
  /// registers never lies in memory and is not seen.
  private final class Stepping implements Trace {
    private final long own;
    private int next;

    Stepping(long own) {
      this.own = own;
    }

    @Override
    public Optional<Observation> next() {
      if (next == operations.size()) {
        return Optional.empty();
      }
      if (batches != own) {
        throw new IllegalStateException("the trace is over: another batch was given");
      }
      work.get(next).run(queue);
      Operation operation = operations.get(next++);
      Instruction last = operation.last();
      return Optional.of(
          last.written()
              .<Observation>map(
                  view ->
                      Observation.Written.of(
                          operation.lastIndex(), last, places.read(view.buffer(), queue)))
              .orElseGet(
                  () ->
                      new Observation.Scored(
                          operation.lastIndex(), last, scoring().result(queue).get())));
    }
  }
}
