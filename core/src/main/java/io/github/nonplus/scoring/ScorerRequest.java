package io.github.nonplus.scoring;

import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.stability.Api;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/// Which model is to be opened, and how.
///
/// @param model a Hugging Face model or converted weights
/// @param library the compiled model; compiled in memory if absent
/// @param context tokens of the longest window, if not as many as the model was made for; for one
///   that is compiled in memory
/// @param device its name
/// @param options threads and kernels of one lane
/// @param lanes how many batches are computed side by side, at least 1. All read the same weights;
///   each has threads and memory for activations of its own
@Api
public record ScorerRequest(
    Path model,
    Optional<Path> library,
    OptionalInt context,
    String device,
    DeviceOptions options,
    int lanes) {
  public ScorerRequest {
    if (lanes < 1) {
      throw new IllegalArgumentException(lanes + " lanes");
    }
  }

  /// One lane on the processor, with its own context.
  public static ScorerRequest of(Path model) {
    return new ScorerRequest(
        model, Optional.empty(), OptionalInt.empty(), "cpu", DeviceOptions.defaults(), 1);
  }
}
