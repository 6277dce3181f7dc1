package io.github.nonplus.device.opencl.tensor;

import io.github.nonplus.device.opencl.Allocations;
import io.github.nonplus.device.opencl.Losses;
import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.device.opencl.tensor.Pieces.Piece;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.operand.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The output layer and the negative log-likelihood in one, as many outputs at a time as find room
/// in the scratch: logits live in registers, and of each tile of outputs a row keeps two numbers.
final class ScoreWork implements Work {
  private static final int JOIN_LANES = 64;

  private final Score score;
  private final Lowering lowering;
  private final DeviceBuffers places;
  private final Kernel kernel;
  private final Kernel join;
  private final Memory bias;
  private final Memory largest;
  private final Memory sums;
  private final Memory targetLogits;
  private final Memory result;
  private final int outputs;
  private final List<Part> parts = new ArrayList<>();

  /// Outputs from `first` on.
  private record Part(int first, int outputs, Work expansion) {}

  ScoreWork(Score score, Lowering lowering) {
    this.score = score;
    this.lowering = lowering;
    this.places = lowering.places();
    PooledWeight head = lowering.weights().matrix(score.head().weight());
    this.outputs = head.outputs();
    for (Piece piece : pieces(score, places.capacity(), lowering.units()).list()) {
      int first = piece.firstOutput();
      int count = piece.endOutput(outputs) - first;
      Work expansion = lowering.scratch().expansion(head.slice(first, count), 0, lowering);
      parts.add(new Part(first, count, expansion));
    }
    this.bias = lowering.bias(List.of(score.head()));
    this.kernel = lowering.kernel(TensorKernels.score(lowering.cores()));
    this.join = lowering.kernel(TensorKernels.join());
    Allocations allocations = lowering.allocations();
    long rows = places.capacity();
    this.largest = allocations.take(4L * tiles(outputs) * rows, "the largest logits");
    this.sums = allocations.take(4L * tiles(outputs) * rows, "the sums of exponentials");
    this.targetLogits = allocations.take(4L * rows, "the logits of targets");
    this.result = allocations.take(12L * rows, "the scores");
  }

  /// Bytes of device memory beside the weights and the scratch.
  static long bytes(Score score, int rows) {
    return Math.multiplyExact(8L * tiles(score.head().weight().outputs()) + 16L, (long) rows);
  }

  /// The pieces of the output layer's weights.
  ///
  /// @param rows of a full batch
  /// @param units multiprocessors
  static Pieces pieces(Score score, int rows, int units) {
    int tiles = tiles(score.head().weight().outputs());
    return Pieces.of(tiles, score.input().width(), rows, units);
  }

  private static int tiles(int outputs) {
    return Math.ceilDiv(outputs, Scratch.TILE_OUTPUTS);
  }

  int outputs() {
    return outputs;
  }

  @Override
  public void run(Queue queue) {
    Buffer input = score.input().buffer();
    int rows = places.rows(input);
    for (Part part : parts) {
      part.expansion().run(queue);
      Arguments arguments =
          kernel
              .arguments()
              .memory(places.arena())
              .number(places.eighth(input))
              .memory(lowering.scratch().memory())
              .memory(bias == null ? lowering.scratch().memory() : bias)
              .number(bias == null ? 0 : 1)
              .memory(places.inputs().targets())
              .memory(largest)
              .memory(sums)
              .memory(targetLogits)
              .number(part.first())
              .number(rows)
              .number(part.outputs())
              .number(Form.tiles(input.width()));
      lowering.launch(arguments);
    }
    Arguments joined = join.arguments();
    List.of(largest, sums, targetLogits, result).forEach(joined::memory);
    joined.number(tiles(outputs)).number(rows);
    queue.launch(joined, JOIN_LANES, 1, Math.ceilDiv(rows, JOIN_LANES), 1);
  }

  /// Begins to read the negative log-likelihoods of the batch at hand; whoever asks waits for them.
  Supplier<double[]> result(Queue queue) {
    return Losses.fetch(queue, result, places.rows(score.input().buffer()));
  }
}
