package io.github.nonplus.device.opencl.tensor;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.operand.Buffer;
import java.util.List;

/// The output layer without the score: logits of [Form#TILE_ROWS] rows, in float32.
final class LogitsTile {
  private final Score score;
  private final Lowering lowering;
  private final PooledWeight head;
  private final Kernel kernel;
  private final Memory bias;
  private final Memory tile;
  private final int most;

  LogitsTile(Score score, Lowering lowering) {
    this.score = score;
    this.lowering = lowering;
    this.head = lowering.weights().matrix(score.head().weight());
    this.bias = lowering.bias(List.of(score.head()));
    this.kernel = lowering.kernel(TensorKernels.add(lowering.cores()));
    this.most = Scratch.outputsIn(lowering.scratch().memory().bytes(), head.depth());
    this.tile = lowering.allocations().take(4L * Form.TILE_ROWS * stride(), "a tile of logits");
  }

  /// Logits of a row that find a place: four are written at a time.
  private int stride() {
    return Math.ceilDiv(head.outputs(), 8) * 8;
  }

  /// Reads the logits of rows `from` to `to` of the batch at hand, a row behind the other.
  void read(Queue queue, int from, int to, float[] into) {
    int outputs = head.outputs();
    for (int row = from; row < to; ) {
      int first = row / Form.TILE_ROWS * Form.TILE_ROWS;
      int end = Math.min(first + Form.TILE_ROWS, to);
      launch(queue, first, end - first);
      for (; row < end; row++) {
        queue.read(tile, (long) (row - first) * stride(), outputs, into, (row - from) * outputs);
      }
    }
  }

  /// Where a row's tiles begin, in eights of elements.
  private int at(Buffer input, int row) {
    long elements = Form.HALF_TILES.bytes(input.width(), row) / 2;
    return Math.toIntExact(lowering.places().eighth(input.view()) + elements / 8);
  }

  private void launch(Queue queue, int first, int rows) {
    Buffer input = score.input().buffer();
    queue.zero(tile, 0, 4L * rows * stride());
    for (int from = 0; from < head.outputs(); from += most) {
      int count = Math.min(most, head.outputs() - from);
      lowering.scratch().expansion(head.slice(from, count), 0, lowering).run(queue);
      Arguments arguments =
          kernel
              .arguments()
              .memory(lowering.places().arena())
              .number(at(input, first))
              .memory(lowering.scratch().memory())
              .memory(bias == null ? lowering.scratch().memory() : bias)
              .number(bias == null ? 0 : 1)
              .memory(tile)
              .number(0)
              .number(stride())
              .number(from)
              .number(rows)
              .number(count)
              .number(Form.tiles(input.width()));
      lowering.launch(arguments);
    }
  }
}
