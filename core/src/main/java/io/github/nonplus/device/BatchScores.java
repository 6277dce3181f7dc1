package io.github.nonplus.device;

import java.util.List;

/// What a batch comes to.
///
/// @param nll for each selected row the negative log-likelihood of its target, in nats
/// @param routed where rows went, router by router; empty if the program has none
public record BatchScores(double[] nll, List<Routed> routed) {
  public BatchScores {
    routed = List.copyOf(routed);
  }
}
