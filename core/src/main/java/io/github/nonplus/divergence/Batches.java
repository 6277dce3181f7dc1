package io.github.nonplus.divergence;

import io.github.nonplus.device.Batch;

/// The windows of a comparison, as batches.
interface Batches {
  /// Number of windows.
  int windows();

  /// Tokens of all windows.
  long ids();

  /// What both sides must have room for.
  SideProvider.Room room();

  /// Hands out all batches in order.
  void forEach(Sink sink);

  /// Takes batches.
  @FunctionalInterface
  interface Sink {
    /// @param firstWindow index of the batch's first window
    void accept(int firstWindow, Batch batch);
  }
}
