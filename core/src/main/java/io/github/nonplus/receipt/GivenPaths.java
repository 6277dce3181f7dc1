package io.github.nonplus.receipt;

import java.nio.file.Path;
import java.util.Optional;

/// Where to look for what a result came from, if not where it says.
///
/// @param windows the file of windows
/// @param text that they were made of
/// @param model the directory of weights
/// @param library the compiled model
/// @param reference what the model was compared with: weights, or llama.cpp's file
/// @param referenceLibrary that, compiled
public record GivenPaths(
    Optional<Path> windows,
    Optional<Path> text,
    Optional<Path> model,
    Optional<Path> library,
    Optional<Path> reference,
    Optional<Path> referenceLibrary) {
  /// Where the result says.
  public static final GivenPaths CLAIMED =
      new GivenPaths(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
}
