package io.github.nonplus.quantization;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.codes.CodeType;
import java.util.List;
import java.util.Optional;

/// Linear layers as numbers of eight bits, E4M3 with one scale a tensor or E5M2 without; everything
/// else as float16.
public record TensorFloat8(String name, CodeType numbers) implements Quantization {
  @Override
  public ElementType modelType() {
    return ElementType.FLOAT16;
  }

  @Override
  public Optional<Encoding> linear() {
    return Optional.of(new TensorFloat8Encoding(numbers, numbers == CodeType.E4M3));
  }

  @Override
  public Optional<Encoding> embedding() {
    return Optional.empty();
  }

  @Override
  public Optional<Encoding> outputLayer() {
    return Optional.empty();
  }

  @Override
  public List<String> families() {
    return List.of("llama", "llama4", "mixtral", "nemotron", "olmo", "olmo2");
  }

  @Override
  public Optional<String> activations() {
    return Optional.of("as float8 of the weights' kind");
  }
}
