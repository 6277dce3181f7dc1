package io.github.nonplus.spark;

import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.scoring.ScorerRequest;
import java.io.Serializable;
import java.util.Optional;
import java.util.OptionalInt;

/// Which model scores, in a form that travels to executors.
///
/// @param model where it lies on every machine, as [ModelPlace] understands it
/// @param library the compiled model, null if it is compiled in memory
/// @param context tokens of the longest window, null for the model's own
/// @param device its name; `opencl` alone is each task's own GPU, where Spark assigns one
/// @param kernels null for the fastest that the device has
public record ModelChoice(
    String model, String library, Integer context, String device, String kernels)
    implements Serializable {
  /// A model with its own context on the processor.
  public static ModelChoice of(String model) {
    return new ModelChoice(model, null, null, "cpu", null);
  }

  /// What to open on this machine.
  ///
  /// @param onDevice the device's name there
  ScorerRequest request(String onDevice, int threads, int lanes) {
    return new ScorerRequest(
        ModelPlace.of(model),
        Optional.ofNullable(library).map(ModelPlace::of),
        context == null ? OptionalInt.empty() : OptionalInt.of(context),
        onDevice,
        new DeviceOptions(threads, Optional.ofNullable(kernels)),
        lanes);
  }
}
