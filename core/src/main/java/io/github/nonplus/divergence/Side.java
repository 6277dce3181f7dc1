package io.github.nonplus.divergence;

import io.github.nonplus.device.LogitsSource;

/// One side of a comparison, ready: a model on something that computes its logits. Float32 logits
/// are the contract; an engine that computes in float64 rounds once.
public interface Side extends LogitsSource {
  /// What it is, for results.
  SideAccount account();
}
