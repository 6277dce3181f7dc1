package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Queue;

/// An operation made ready: its kernel built, its weights on the device.
@FunctionalInterface
interface Step {
  /// Gives the queue what computes the operation for the batch of the frame.
  void run(Frame frame, Queue queue);
}
