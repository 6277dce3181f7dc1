package io.github.nonplus.quantization;

import io.github.nonplus.weights.ElementType;

/// Weights cast to one type and stored as they are. `q0f32` keeps only the upper 16 bits of each
/// value on disk, as every float32 tensor of MLC's format does.
public record Unquantized(String name, ElementType modelType) implements Quantization {}
