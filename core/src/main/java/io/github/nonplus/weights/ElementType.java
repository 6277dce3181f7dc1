package io.github.nonplus.weights;

/// How one number of a tensor is stored. Always little-endian.
public enum ElementType {
  FLOAT32("float32", 4),
  FLOAT16("float16", 2),
  BFLOAT16("bfloat16", 2),
  UINT32("uint32", 4);

  private final String mlcName;
  private final int bytes;

  ElementType(String mlcName, int bytes) {
    this.mlcName = mlcName;
    this.bytes = bytes;
  }

  /// The name in MLC's index files and in PyTorch: `float32`, `float16`, `bfloat16`, `uint32`.
  public String mlcName() {
    return mlcName;
  }

  /// Its number in the kernels of GPUs (number.cl).
  public int code() {
    return switch (this) {
      case FLOAT32 -> 0;
      case FLOAT16 -> 1;
      case BFLOAT16 -> 2;
      case UINT32 -> throw new IllegalArgumentException("uint32 is not a floating-point type");
    };
  }

  /// Bytes of one element.
  public int bytes() {
    return bytes;
  }
}
