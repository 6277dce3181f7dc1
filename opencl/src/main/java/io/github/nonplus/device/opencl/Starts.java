package io.github.nonplus.device.opencl;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;

/// The row in which each window of a batch begins, and the end of the last.
final class Starts {
  private final Queue queue;
  private final Memory starts;

  Starts(int tokens, Allocations allocations, Queue queue) {
    this.queue = queue;
    this.starts = allocations.take(bytes(tokens), "the starts of windows");
  }

  /// Bytes that they take.
  static long bytes(int tokens) {
    return 4L * tokens + 4;
  }

  void begin(Batch batch) {
    queue.send(starts, batch.starts(), batch.windows() + 1);
  }

  Memory memory() {
    return starts;
  }
}
