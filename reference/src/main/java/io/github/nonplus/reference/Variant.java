package io.github.nonplus.reference;

/// One way to evaluate a model.
///
/// @param doubleQuantized whether the block maxima of a four-bit precision are quantized again
public record Variant(Precision precision, boolean doubleQuantized) {
  public Variant {
    if (doubleQuantized && !precision.isFourBit()) {
      throw new IllegalArgumentException(precision + " has no block maxima to quantize");
    }
  }

  /// A precision alone.
  public static Variant of(Precision precision) {
    return new Variant(precision, false);
  }

  /// Its name, as tables show it: `nf4`, `nf4-double`.
  public String name() {
    return precision.label() + (doubleQuantized ? "-double" : "");
  }

  /// How weights are quantized, as results name it.
  public String quantization() {
    return precision.isFourBit() ? "bitsandbytes-" + name() : "source";
  }
}
