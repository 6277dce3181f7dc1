package io.github.nonplus.reference;

import java.nio.file.Path;
import java.util.List;

/// What a user asks for: the windows of a file through one model, in one or more variants.
///
/// @param model a Hugging Face model directory
/// @param input the file of windows
public record ReferenceRequest(
    Path model, Path input, List<Variant> variants, ReferenceEngine engine, int threads) {
  public ReferenceRequest {
    variants = List.copyOf(variants);
    if (variants.isEmpty()) {
      throw new IllegalArgumentException("no variant");
    }
  }
}
