package io.github.nonplus.reference.bitsandbytes;

import java.util.Arrays;

/// The 256 values of bitsandbytes' eight-bit "dynamic" type, and how a processor finds the code of
/// a share: not the nearest value, but that of the nearest of 65,536 equal steps.
final class DynamicMap {
  private static final int STEPS = 1 << 16;
  private static final int EXPONENTS = 7;

  private static final float[] VALUES = values();
  private static final byte[] CODES = codes();

  private DynamicMap() {}

  /// What a code stands for.
  static float value(byte code) {
    return VALUES[code & 0xFF];
  }

  /// The code of a share of −1 to 1; 0 for NaN.
  static byte code(float share) {
    float step = (share + 1) * 32767.5f + 0.5f;
    return CODES[Math.clamp((int) step, 0, STEPS - 1)];
  }

  /// 0, 1, and for each power of ten from 1e-6 to 1 the midpoints of an even division of [0.1, 1],
  /// with both signs: twice as many for each power. Ascending.
  private static float[] values() {
    float[] values = new float[256];
    int count = 0;
    values[count++] = 0;
    values[count++] = 1;
    for (int i = 0; i < EXPONENTS; i++) {
      int parts = 1 << i;
      float power = (float) Math.pow(10, i - 6);
      for (int part = 0; part < parts; part++) {
        float middle = (boundary(parts, part) + boundary(parts, part + 1)) / 2;
        values[count++] = middle * power;
        values[count++] = -(middle * power);
      }
    }
    Arrays.sort(values);
    return values;
  }

  /// Boundary `j` of [0.1, 1] in `parts`, as torch's `linspace` has it: counted from the nearer
  /// end, one rounding each.
  private static float boundary(int parts, int j) {
    float step = (1 - 0.1f) / parts;
    return j < (parts + 1) / 2 ? Math.fma(step, j, 0.1f) : Math.fma(-step, parts - j, 1f);
  }

  private static byte[] codes() {
    byte[] codes = new byte[STEPS];
    int nearest = 0;
    for (int step = 0; step < STEPS; step++) {
      double share = 2.0 * step / (STEPS - 1) - 1;
      while (nearest < 255
          && Math.abs(VALUES[nearest + 1] - share) < Math.abs(VALUES[nearest] - share)) {
        nearest++;
      }
      codes[step] = (byte) nearest;
    }
    return codes;
  }
}
