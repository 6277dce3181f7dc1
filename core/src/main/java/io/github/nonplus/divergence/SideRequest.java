package io.github.nonplus.divergence;

import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.model.interpretation.Wanted;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/// What a user asks for as one side of a comparison.
///
/// @param model a Hugging Face model or converted weights
/// @param wanted which of the model's interpretations
/// @param library the compiled model, where the side runs programs; compiled in memory if absent
/// @param context tokens of the longest window, if not as many as the model was made for; for one
///   that is compiled in memory
/// @param device name of a device, or of an engine that a [SideProvider] offers
public record SideRequest(
    Path model,
    Wanted wanted,
    Optional<Path> library,
    OptionalInt context,
    String device,
    DeviceOptions options) {
  public SideRequest {
    Objects.requireNonNull(model);
    Objects.requireNonNull(wanted);
    Objects.requireNonNull(library);
    Objects.requireNonNull(context);
    Objects.requireNonNull(device);
    Objects.requireNonNull(options);
  }

  /// The model as its container takes it, with its own context.
  public SideRequest(Path model, Optional<Path> library, String device, DeviceOptions options) {
    this(model, Wanted.DEFAULT, library, OptionalInt.empty(), device, options);
  }
}
