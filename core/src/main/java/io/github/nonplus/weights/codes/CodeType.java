package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.Planes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What a code of at most eight bits stands for.
public enum CodeType {
  /// 0, 1, 2, …
  UNSIGNED,

  /// Two's complement of eight bits.
  SIGNED,

  /// One sign, two exponent and one mantissa bits.
  E2M1,

  /// One sign, four exponent and three mantissa bits; no infinity (`float8_e4m3fn`).
  E4M3,

  /// One sign, five exponent and two mantissa bits, as the upper half of a float16.
  E5M2,

  /// The exponent of a power of two, 127 too large; 255 is NaN.
  E8M0;

  private final float[] numbers = new float[256];

  CodeType() {
    for (int code = 0; code < numbers.length; code++) {
      numbers[code] = meaning(code);
    }
  }

  /// The number of a code. Exact.
  public float value(int code) {
    return numbers[code];
  }

  /// The numbers of all codes; not to be changed.
  float[] numbers() {
    return numbers;
  }

  /// The largest finite number of any code, twice as much where a zero point may be subtracted.
  float largest() {
    return switch (this) {
      case UNSIGNED, SIGNED -> 512;
      case E2M1 -> 6;
      case E4M3 -> 448;
      case E5M2 -> 57344;
      case E8M0 -> Float.MAX_VALUE;
    };
  }

  /// Whether all of `count` codes from a byte on are finite numbers.
  boolean areNumbers(Planes planes, int plane, long at, int count) {
    int least =
        switch (this) {
          case UNSIGNED, SIGNED, E2M1 -> 256;
          case E4M3 -> 127;
          case E5M2 -> 124;
          case E8M0 -> 0;
        };
    if (least == 256) {
      return true;
    }
    byte[] codes = new byte[count];
    MemorySegment.copy(planes.data().get(plane), ValueLayout.JAVA_BYTE, at, codes, 0, count);
    int most = 0;
    for (byte code : codes) {
      most = Math.max(most, code & 127);
    }
    return most < least;
  }

  /// Its number in the kernels of GPUs (codes.cl), which begin where those of [ElementType] end.
  int code() {
    return 3 + ordinal();
  }

  private float meaning(int code) {
    return switch (this) {
      case UNSIGNED -> code;
      case SIGNED -> (byte) code;
      case E2M1 -> number(code & 15, 2, 1, 1);
      case E4M3 -> (code & 127) == 127 ? Float.NaN : number(code, 4, 3, 7);
      case E5M2 -> Float.float16ToFloat((short) (code << 8));
      case E8M0 -> code == 255 ? Float.NaN : Math.scalb(1f, code - 127);
    };
  }

  /// A sign above `exponents` above `mantissas` bits.
  private static float number(int code, int exponents, int mantissas, int bias) {
    int exponent = code >> mantissas & (1 << exponents) - 1;
    int mantissa = code & (1 << mantissas) - 1;
    int significand = exponent == 0 ? mantissa : mantissa | 1 << mantissas;
    float size = Math.scalb((float) significand, Math.max(exponent, 1) - bias - mantissas);
    return code >> exponents + mantissas == 0 ? size : -size;
  }
}
