package io.github.nonplus.storage;

/// What becomes of activations where a checkpoint asks for rounded ones.
public enum Activations {
  /// They stay as they are computed.
  FLOAT32,

  /// Inputs of products are rounded to codes as the checkpoint says.
  AS_STORED;

  private static final String STORED = ", activations as stored";

  /// What results add to the name of a storage that asks for rounded ones.
  public String suffix() {
    return switch (this) {
      case FLOAT32 -> ", activations float32";
      case AS_STORED -> STORED;
    };
  }

  /// What a result's activations were, by the name of its quantization.
  public static Activations of(String quantization) {
    return quantization.contains(STORED) ? AS_STORED : FLOAT32;
  }
}
