package io.github.nonplus.reference;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// In which numbers a model is evaluated.
public enum Precision {
  /// Weights and activations in float32: what transformers computes when asked for float32.
  FLOAT32("float32"),
  /// Weights and activations in float64, everywhere.
  FLOAT64("float64"),
  /// Weights and activations in bfloat16.
  BFLOAT16("bfloat16"),
  /// Linear layers quantized to bitsandbytes' fp4, computed in float32.
  FP4("fp4"),
  /// Linear layers quantized to bitsandbytes' nf4, computed in float32.
  NF4("nf4");

  private final String label;

  Precision(String label) {
    this.label = label;
  }

  /// As users write it.
  public String label() {
    return label;
  }

  /// Whether linear layers are stored in four bits.
  public boolean isFourBit() {
    return this == FP4 || this == NF4;
  }

  /// The precision of that name.
  public static Optional<Precision> named(String label) {
    return Arrays.stream(values()).filter(p -> p.label.equals(label)).findFirst();
  }

  /// All names, for messages.
  public static String labels() {
    return Arrays.stream(values()).map(Precision::label).collect(Collectors.joining(", "));
  }
}
