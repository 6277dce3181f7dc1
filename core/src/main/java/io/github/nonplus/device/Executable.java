package io.github.nonplus.device;

import java.util.List;
import java.util.function.Supplier;

/// A program on a device, with its weights and its memory. Not for several threads at once.
///
/// A program that ends in a score gives losses ([#score]) or the logits that they are made of
/// ([#begin] and [#logits]); one that ends in a buffer gives that ([#output]).
public interface Executable extends LogitsSource {
  /// Runs a program that ends in a score.
  ///
  /// @return for each selected row the negative log-likelihood of its target, in nats
  double[] score(Batch batch);

  /// The same for a caller that has something else to do, such as putting the next batch together:
  /// a device that works by itself begins at once, and its scores are waited for when they are
  /// asked for. They may be asked for once, in the order of the batches, of which the next may be
  /// given before.
  default Supplier<double[]> scores(Batch batch) {
    return () -> score(batch);
  }

  /// The same with the experts that rows were routed to.
  default Supplier<BatchScores> routedScores(Batch batch) {
    Supplier<double[]> scores = scores(batch);
    return () -> new BatchScores(scores.get(), List.of());
  }

  /// Runs a program that ends in a buffer.
  ///
  /// @return that buffer, a row for each selected row
  float[] output(Batch batch);

  /// Begins to run a program one step at a time, for a comparison with another device or to find
  /// where a number went wrong. Slow: every result is copied.
  Trace trace(Batch batch);

  /// The same, with every result but the score disturbed before it is seen and before others read
  /// it. The CPU can, which is what other devices are held against.
  ///
  /// @throws UnsupportedOperationException on other devices
  default Trace trace(Batch batch, Disturbance disturbance) {
    throw new UnsupportedOperationException("only the device cpu can be disturbed");
  }
}
