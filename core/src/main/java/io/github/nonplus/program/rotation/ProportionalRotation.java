package io.github.nonplus.program.rotation;

/// A part of the pairs turns, at the speeds that they have in a rotation of the whole head; the
/// others stand still.
///
/// @param part of the pairs, from the first on
/// @param factor that frequencies are divided by
public record ProportionalRotation(double base, double part, double factor) implements Rotation {
  public ProportionalRotation {
    Rotation.requirePositive("rope_theta", base);
    Rotation.requirePositive("factor", factor);
    if (!(part > 0 && part <= 1)) {
      throw new IllegalArgumentException(
          "partial_rotary_factor is " + part + ", expected a number above 0, up to 1");
    }
  }

  @Override
  public double[] frequencies(int width, int windowLength) {
    double[] frequencies = Rotation.powers(base, width);
    int turning = (int) (part * width / 2);
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = i < turning ? frequencies[i] / factor : 0;
    }
    return frequencies;
  }
}
