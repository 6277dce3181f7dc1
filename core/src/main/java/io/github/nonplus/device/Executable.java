package io.github.nonplus.device;

/// A program on a device, with its weights and its memory. Not for several threads at once.
///
/// A program that ends in a score gives losses ([#score]) or the logits that they are made of
/// ([#begin] and [#logits]); one that ends in a buffer gives that ([#output]).
public interface Executable extends LogitsSource {
  /// Runs a program that ends in a score.
  ///
  /// @return for each selected row the negative log-likelihood of its target, in nats
  double[] score(Batch batch);

  /// Runs a program that ends in a buffer.
  ///
  /// @return that buffer, a row for each selected row
  float[] output(Batch batch);

  /// Begins to run a program one step at a time, for a comparison with another device or to find
  /// where a number went wrong. Slow: every result is copied.
  Trace trace(Batch batch);
}
