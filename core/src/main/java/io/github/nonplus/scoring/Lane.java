package io.github.nonplus.scoring;

import io.github.nonplus.device.Device;
import io.github.nonplus.device.Executable;
import io.github.nonplus.perplexity.ScoringModel;
import io.github.nonplus.weights.ModelWeights;

/// What computes one batch at a time: threads, and memory for the activations of the largest batch
/// so far. Not for several threads at once.
final class Lane implements AutoCloseable {
  private final Device device;
  private final ScoringModel model;
  private final ModelWeights weights;
  private Executable executable;
  private int capacity;

  Lane(Device device, ScoringModel model, ModelWeights weights) {
    this.device = device;
    this.model = model;
    this.weights = weights;
  }

  /// Ready for batches of up to `tokens` tokens.
  Executable executable(int tokens) {
    if (executable == null || tokens > capacity) {
      if (executable != null) {
        executable.close();
        executable = null; // two at once may be more than there is room for
      }
      executable = device.load(model.score(), model.library().code(), weights, tokens);
      capacity = tokens;
    }
    return executable;
  }

  @Override
  public void close() {
    if (executable != null) {
      executable.close();
    }
    device.close();
  }
}
