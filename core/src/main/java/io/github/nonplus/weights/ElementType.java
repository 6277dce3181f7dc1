package io.github.nonplus.weights;

/// How one floating-point number of a tensor is stored. Always little-endian.
public enum ElementType {
  FLOAT32("float32", 4),
  FLOAT16("float16", 2),
  BFLOAT16("bfloat16", 2);

  private final String mlcName;
  private final int bytes;

  ElementType(String mlcName, int bytes) {
    this.mlcName = mlcName;
    this.bytes = bytes;
  }

  /// The name in MLC's index files and in PyTorch: `float32`, `float16`, `bfloat16`.
  public String mlcName() {
    return mlcName;
  }

  /// Its number in the kernels of GPUs (number.cl).
  public int code() {
    return switch (this) {
      case FLOAT32 -> 0;
      case FLOAT16 -> 1;
      case BFLOAT16 -> 2;
    };
  }

  /// The largest finite number.
  public float largest() {
    return switch (this) {
      case FLOAT32 -> Float.MAX_VALUE;
      case FLOAT16 -> 65504;
      case BFLOAT16 -> 0x1.FEp127f;
    };
  }

  /// The nearest number of this type, in a tie the even one; infinite where it is too large.
  public float rounded(float value) {
    return switch (this) {
      case FLOAT32 -> value;
      case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16(value));
      case BFLOAT16 -> Float.intBitsToFloat(nearest(value) << 16);
    };
  }

  /// Whether every float32 is of this type, so that rounding to it changes none.
  public boolean holdsEveryFloat() {
    return switch (this) {
      case FLOAT32 -> true;
      case FLOAT16, BFLOAT16 -> false;
    };
  }

  /// The bits of the nearest number of 16 bits.
  public short halfBits(float value) {
    return switch (this) {
      case FLOAT16 -> Float.floatToFloat16(value);
      case BFLOAT16 -> nearest(value);
      case FLOAT32 -> throw new IllegalArgumentException(this + " has no 16 bits");
    };
  }

  /// A NaN stays one.
  private static short nearest(float value) {
    int bits = Float.floatToRawIntBits(value);
    return Float.isNaN(value)
        ? (short) (bits >>> 16 | 0x40)
        : (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
  }

  /// Bytes of one element.
  public int bytes() {
    return bytes;
  }
}
