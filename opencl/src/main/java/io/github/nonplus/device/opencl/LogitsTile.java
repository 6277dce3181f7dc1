package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.op.Score;

/// The output layer without the score: logits of some rows, of which the device holds one tile.
final class LogitsTile {
  /// The most that a tile takes of the device's memory, unless a single row is longer.
  private static final long BYTES = 32L << 20;

  private final Score score;
  private final ProductShape shape;
  private final ProductInput input;
  private final DeviceWeight head;
  private final Kernel kernel;
  private final Memory bias;
  private final Memory tile;
  private final int tileRows;

  LogitsTile(Score score, Resources resources) {
    this.score = score;
    this.head = resources.weights().matrix(score.head().weight());
    this.shape = ProductShape.of(resources.profile(), head.form());
    this.input = ProductInput.of(score.input(), shape, resources);
    this.bias =
        score.head().bias() == null ? null : resources.weights().vector(score.head().bias());
    this.kernel = resources.kernel(resources.specializations().logits(head.form(), score));
    long rowBytes = 4L * head.outputs();
    this.tileRows = Math.clamp(BYTES / rowBytes, 1, resources.tokens());
    this.tile = resources.allocations().take(tileRows * rowBytes, "a tile of logits");
  }

  /// Reads the logits of rows `from` to `to` of the batch at hand, a row behind the other.
  void read(Frame frame, Queue queue, int from, int to, float[] into) {
    for (int row = from; row < to; row += tileRows) {
      int rows = Math.min(tileRows, to - row);
      launch(frame, queue, row, rows);
      queue.read(tile, 0, rows * head.outputs(), into, (row - from) * head.outputs());
    }
  }

  private void launch(Frame frame, Queue queue, int row, int rows) {
    input.prepare(frame, queue, row, rows);
    Arguments arguments = kernel.arguments().memory(frame.arena());
    input.addTo(arguments, frame, row);
    head.addTo(arguments);
    arguments
        .memory(bias == null ? frame.arena() : bias)
        .real((float) score.scale())
        .real((float) score.softCap())
        .memory(tile)
        .number(rows);
    queue.launch(
        arguments,
        shape.lanes(),
        shape.teams(),
        Math.ceilDiv(head.outputs(), shape.tileOutputs()),
        Math.ceilDiv(rows, shape.tileRows()));
  }
}
