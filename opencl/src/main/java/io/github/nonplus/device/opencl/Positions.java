package io.github.nonplus.device.opencl;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;

/// Where in its window each token of a batch stands.
final class Positions {
  private final Queue queue;
  private final Memory positions;

  Positions(int tokens, Allocations allocations, Queue queue) {
    this.queue = queue;
    this.positions = allocations.take(bytes(tokens), "the positions");
  }

  /// Bytes that they take.
  static long bytes(int tokens) {
    return 4L * tokens;
  }

  void begin(Batch batch) {
    int[] position = new int[batch.tokens()];
    for (int w = 0; w < batch.windows(); w++) {
      for (int row = batch.starts()[w]; row < batch.starts()[w + 1]; row++) {
        position[row] = row - batch.starts()[w];
      }
    }
    queue.send(positions, position, position.length);
  }

  Memory memory() {
    return positions;
  }
}
