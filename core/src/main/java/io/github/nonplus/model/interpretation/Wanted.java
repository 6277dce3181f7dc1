package io.github.nonplus.model.interpretation;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/// How a user wants a checkpoint to be understood. What comes of it is an [Interpretation].
///
/// @param as its name; empty for the container's default
/// @param config the folder with the published model's `config.json`, or that file, for a
///   checkpoint that does not say all of it
public record Wanted(Optional<String> as, Optional<Path> config) {
  /// What the container takes by itself.
  public static final Wanted DEFAULT = new Wanted(Optional.empty(), Optional.empty());

  /// The name that stands for all interpretations of a checkpoint, one after the other. It is none
  /// itself.
  public static final String BOTH = "both";

  public Wanted {
    Objects.requireNonNull(as);
    Objects.requireNonNull(config);
  }

  /// The interpretation of that name.
  public static Wanted named(String name) {
    return DEFAULT.withName(name);
  }

  /// Another interpretation of the same checkpoint.
  public Wanted withName(String name) {
    return new Wanted(Optional.of(name), config);
  }

  /// The container's default where all are wanted.
  public Wanted first() {
    return isBoth() ? new Wanted(Optional.empty(), config) : this;
  }

  /// Whether all are wanted.
  public boolean isBoth() {
    return as.filter(BOTH::equals).isPresent();
  }
}
