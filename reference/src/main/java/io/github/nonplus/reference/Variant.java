package io.github.nonplus.reference;

import java.util.Optional;

/// One way to evaluate a model.
///
/// @param doubleQuantized whether the block maxima of a four-bit precision are quantized again
public record Variant(Precision precision, boolean doubleQuantized) {
  private static final String DOUBLE = "-double";

  public Variant {
    if (doubleQuantized && !precision.isFourBit()) {
      throw new IllegalArgumentException(precision + " has no block maxima to quantize");
    }
  }

  /// A precision alone.
  public static Variant of(Precision precision) {
    return new Variant(precision, false);
  }

  /// The variant of that name: a precision, with `-double` behind it where it is quantized twice.
  public static Optional<Variant> named(String name) {
    boolean twice = name.endsWith(DOUBLE);
    String precision = twice ? name.substring(0, name.length() - DOUBLE.length()) : name;
    return Precision.named(precision)
        .filter(found -> !twice || found.isFourBit())
        .map(found -> new Variant(found, twice));
  }

  /// Its name, as tables show it: `nf4`, `nf4-double`.
  public String name() {
    return precision.label() + (doubleQuantized ? DOUBLE : "");
  }

  /// How weights are quantized, as results name it.
  public String quantization() {
    return precision.isFourBit() ? "bitsandbytes-" + name() : "source";
  }
}
