package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.op.Score;
import java.util.List;
import java.util.function.Supplier;

/// The output layer and the negative log-likelihood in one: logits live in registers, and of each
/// chunk of the vocabulary a row keeps two numbers.
final class ScoreStep implements Step {
  /// Outputs of a chunk, in whole tiles.
  private static final int CHUNK = 1024;

  private static final int JOIN_LANES = 64;

  private final Score score;
  private final ProductShape shape;
  private final ProductInput input;
  private final DeviceWeight head;
  private final Kernel kernel;
  private final Kernel join;
  private final Memory bias;
  private final Memory largest;
  private final Memory sums;
  private final Memory targetLogits;
  private final Memory result;
  private final int chunks;
  private final int joinLanes;

  ScoreStep(Score score, Resources resources) {
    this.score = score;
    this.head = resources.weights().matrix(score.head().weight());
    this.shape = ProductShape.of(resources.profile(), head.form());
    this.input = ProductInput.of(score.input(), shape, resources);
    this.chunks = chunks(head.outputs());
    this.bias =
        score.head().bias() == null ? null : resources.weights().vector(score.head().bias());
    this.kernel = resources.kernel(resources.specializations().score(head.form(), score));
    this.join = resources.kernel(Specializations.join());
    this.joinLanes = resources.profile().lanes(JOIN_LANES);
    Allocations allocations = resources.allocations();
    long tokens = resources.tokens();
    this.largest = allocations.take(4L * chunks * tokens, "the largest logits");
    this.sums = allocations.take(4L * chunks * tokens, "the sums of exponentials");
    this.targetLogits = allocations.take(4L * tokens, "the logits of targets");
    this.result = allocations.take(12L * tokens, "the scores");
  }

  /// Tiles of a chunk of the vocabulary.
  static int tilesPerChunk(ProductShape shape) {
    return CHUNK / shape.tileOutputs();
  }

  /// Every shape's tiles fill a chunk.
  private static int chunks(int outputs) {
    return Math.ceilDiv(outputs, CHUNK);
  }

  /// Bytes of device memory beside the weights.
  static long bytes(Score score, int tokens) {
    long chunks = chunks(score.head().weight().outputs());
    return Math.multiplyExact(8L * chunks + 16L, (long) tokens);
  }

  /// Logits of a row.
  int vocabulary() {
    return head.outputs();
  }

  @Override
  public void run(Frame frame, Queue queue) {
    int rows = frame.batch().selected().length;
    input.prepare(frame, queue, 0, rows);
    Arguments arguments = kernel.arguments().memory(frame.arena());
    input.addTo(arguments, frame, 0);
    head.addTo(arguments);
    arguments
        .memory(bias == null ? frame.arena() : bias)
        .real((float) score.scale())
        .real((float) score.softCap())
        .memory(frame.inputs().targets())
        .memory(largest)
        .memory(sums)
        .memory(targetLogits)
        .number(rows);
    queue.launch(
        arguments, shape.lanes(), shape.teams(), chunks, Math.ceilDiv(rows, shape.tileRows()));
    Arguments joined = join.arguments();
    List.of(largest, sums, targetLogits, result).forEach(joined::memory);
    joined.number(chunks).number(rows);
    queue.launch(joined, joinLanes, 1, Math.ceilDiv(rows, joinLanes), 1);
  }

  /// Begins to read the negative log-likelihoods of the batch at hand; whoever asks waits for them.
  Supplier<double[]> result(Frame frame, Queue queue) {
    return Losses.fetch(queue, result, frame.batch().selected().length);
  }
}
