package io.github.nonplus.device.cpu;

/// An instruction made ready: its weights loaded, its scratch memory allocated.
@FunctionalInterface
interface Step {
  /// Computes the instruction for the batch of the frame.
  void run(Frame frame, Workers workers);
}
