package io.github.nonplus.model.decoder;

/// A linear layer by the name of its tensors without their endings `.weight` and `.bias`.
public record Projection(String name, int outputs, boolean hasBias) {
  public Projection(String name, int outputs) {
    this(name, outputs, false);
  }
}
