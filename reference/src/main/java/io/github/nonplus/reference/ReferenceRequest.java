package io.github.nonplus.reference;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a user asks for: the windows of a file through one model, in one or more variants.
///
/// @param model a Hugging Face model directory
/// @param input the file of windows
/// @param range which of them, all if absent
public record ReferenceRequest(
    Path model,
    Path input,
    Optional<WindowRange> range,
    List<Variant> variants,
    ReferenceEngine engine,
    int threads) {
  public ReferenceRequest {
    variants = List.copyOf(variants);
    if (variants.isEmpty()) {
      throw new IllegalArgumentException("no variant");
    }
  }
}
