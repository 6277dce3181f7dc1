package io.github.nonplus.divergence;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/// What a user asks for: which two models over which windows.
///
/// @param reference the side that the candidate is held against
/// @param input the file of windows; absent if, and only if, the reference brings its own
/// @param windowsPerBatch the most windows of a batch, if not left to the libraries' chunks of
///   tokens
public record DivergenceRequest(
    Reference reference, SideRequest candidate, Optional<Path> input, OptionalInt windowsPerBatch) {
  /// What a candidate is held against.
  public sealed interface Reference {
    /// A model that runs in step with the candidate.
    record Running(SideRequest side) implements Reference {}

    /// llama.cpp's file of a model that has run before, which holds the windows too.
    record Recorded(Path file) implements Reference {}
  }

  public DivergenceRequest {
    if (input.isPresent() == reference instanceof Reference.Recorded) {
      throw new IllegalArgumentException("windows from two places, or from none");
    }
  }
}
