package io.github.nonplus.storage;

import io.github.nonplus.weights.ElementType;

/// What a stored weight is taken for.
public enum Decoding {
  /// What the format says: scale and code multiplied in float32.
  EXACT,

  /// What the library of the format makes of it, which computes in a type of 16 bits and so rounds
  /// each weight.
  AS_LIBRARY;

  /// What results add to the name of a storage.
  public String suffix() {
    return switch (this) {
      case EXACT -> "";
      case AS_LIBRARY -> " as-library";
    };
  }

  /// How the weights of a result were decoded, by the name of their quantization.
  public static Decoding of(String quantization) {
    return quantization.endsWith(AS_LIBRARY.suffix()) ? AS_LIBRARY : EXACT;
  }

  /// The type that weights are rounded to.
  ///
  /// @param library in which the library computes
  ElementType rounding(ElementType library) {
    return switch (this) {
      case EXACT -> ElementType.FLOAT32;
      case AS_LIBRARY -> library;
    };
  }
}
