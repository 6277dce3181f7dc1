package io.github.nonplus.device.cpu;

import java.util.Arrays;

/// Sets many numbers to one value, before sums begin, as fast from the first call on. `Arrays.fill`
/// is a loop of its caller's: where that is compiled late, it stays slow for whole batches
/// (docs/benchmarks.md).
final class Filling {
  /// Numbers that are set one by one; each copy after them is twice as long as the one before.
  private static final int FIRST = 16;

  private Filling() {}

  /// Sets `count` numbers from `from` on.
  static void fill(float[] numbers, int from, int count, float value) {
    int done = Math.min(count, FIRST);
    Arrays.fill(numbers, from, from + done, value);
    for (; done < count; done *= 2) {
      System.arraycopy(numbers, from, numbers, from + done, Math.min(done, count - done));
    }
  }
}
