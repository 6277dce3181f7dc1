package io.github.nonplus.model.decoder;

/// The output layer.
///
/// @param name of its matrix without the ending `.weight`; the embedding's where the two are tied
/// @param scale of logits
/// @param softCap c of c · tanh(x / c); 0 for none
/// @param projection of the model's rows to the width of the matrix; null for none
public record Head(
    String name, boolean hasBias, double scale, double softCap, Projection projection) {
  /// Logits as they are.
  public static Head of(String name) {
    return new Head(name, false, 1, 0, null);
  }

  /// The same with a bias.
  public Head withBias() {
    return new Head(name, true, scale, softCap, projection);
  }

  /// The same with logits multiplied by a number.
  public Head scaledBy(double factor) {
    return new Head(name, hasBias, factor, softCap, projection);
  }

  /// The same with logits capped; 0 for no cap.
  public Head cappedAt(double cap) {
    return new Head(name, hasBias, scale, cap, projection);
  }

  /// The same with a projection.
  public Head with(Projection projected) {
    return new Head(name, hasBias, scale, softCap, projected);
  }
}
