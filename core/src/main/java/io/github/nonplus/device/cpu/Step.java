package io.github.nonplus.device.cpu;

/// An operation made ready: its weights loaded, its scratch memory allocated.
@FunctionalInterface
interface Step {
  /// The step of an operation that the one before has computed, too.
  Step NOTHING = (_, _) -> {};

  /// Computes the operation for the batch of the frame.
  void run(Frame frame, Workers workers);
}
