package io.github.nonplus.model.interpretation;

import io.github.nonplus.failure.RequestException;
import io.github.nonplus.storage.Activations;
import io.github.nonplus.storage.Decoding;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/// How a user wants a checkpoint to be understood. What comes of it is an [Interpretation].
///
/// @param as its name; empty for the container's default
/// @param config the folder with the published model's `config.json`, or that file, for a
///   checkpoint that does not say all of it
/// @param decoding what a weight is of a checkpoint that is quantized already
/// @param activations what becomes of those of a checkpoint that asks for rounded ones
public record Wanted(
    Optional<String> as, Optional<Path> config, Decoding decoding, Activations activations) {
  /// What the container takes by itself.
  public static final Wanted DEFAULT = new Wanted(Optional.empty(), Optional.empty());

  /// The name that stands for all interpretations of a checkpoint, one after the other. It is none
  /// itself.
  public static final String BOTH = "both";

  public Wanted {
    Objects.requireNonNull(as);
    Objects.requireNonNull(config);
    Objects.requireNonNull(decoding);
    Objects.requireNonNull(activations);
  }

  /// With weights that are what their formats say.
  public Wanted(Optional<String> as, Optional<Path> config) {
    this(as, config, Decoding.EXACT, Activations.FLOAT32);
  }

  /// The interpretation of that name.
  public static Wanted named(String name) {
    return DEFAULT.withName(name);
  }

  /// Another interpretation of the same checkpoint.
  public Wanted withName(String name) {
    return new Wanted(Optional.of(name), config, decoding, activations);
  }

  /// The container's default where all are wanted.
  public Wanted first() {
    return isBoth() ? new Wanted(Optional.empty(), config, decoding, activations) : this;
  }

  /// The same with weights that are decoded so.
  public Wanted with(Decoding other) {
    return new Wanted(as, config, other, activations);
  }

  /// The same with such activations.
  public Wanted with(Activations other) {
    return new Wanted(as, config, decoding, other);
  }

  /// Refuses another decoding of a checkpoint that has but one.
  ///
  /// @param path names it in the message
  public void requireExact(String path) {
    if (decoding != Decoding.EXACT) {
      throw new RequestException(
          "%s is no quantized Hugging Face checkpoint, of which alone --decode says anything; leave it out"
              .formatted(path));
    }
    if (activations != Activations.FLOAT32) {
      throw new RequestException(
          "%s is no quantized Hugging Face checkpoint, of which alone --activations says anything; leave it out"
              .formatted(path));
    }
  }

  /// Whether all are wanted.
  public boolean isBoth() {
    return as.filter(BOTH::equals).isPresent();
  }
}
