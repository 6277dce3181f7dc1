package io.github.nonplus.device.opencl.tensor;

import io.github.nonplus.device.opencl.binding.Queue;
import java.util.List;

/// An operation made ready: its kernels built, its weights on the device.
@FunctionalInterface
interface Work {
  /// Gives the queue what computes the operation for the batch at hand.
  void run(Queue queue);

  /// One after another.
  static Work of(List<Work> parts) {
    return queue -> parts.forEach(part -> part.run(queue));
  }
}
