package io.github.nonplus.quantization;

import io.github.nonplus.weights.ElementType;
import java.util.Optional;

/// Weights cast to one type and stored as they are. `q0f32` keeps only the upper 16 bits of each
/// value on disk, as every float32 tensor of MLC's format does.
public record Unquantized(String name, ElementType modelType) implements Quantization {
  @Override
  public Optional<Encoding> linear() {
    return Optional.empty();
  }

  @Override
  public Optional<Encoding> embedding() {
    return Optional.empty();
  }

  @Override
  public Optional<Encoding> outputLayer() {
    return Optional.empty();
  }
}
