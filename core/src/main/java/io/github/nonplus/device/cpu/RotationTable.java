package io.github.nonplus.device.cpu;

import io.github.nonplus.program.rotation.Rotation;

/// Cosines and sines of all angles that a batch needs, computed in float64 and rounded once. Like
/// the frequencies, they are the same on every machine, as only `StrictMath` guarantees.
final class RotationTable {
  private final Rotation rotation;
  private final int half;
  private int window;
  private float[] cosine = {};
  private float[] sine = {};

  RotationTable(Rotation rotation, int headSize) {
    this.rotation = rotation;
    this.half = headSize / 2;
  }

  /// Makes the table right for windows of `length` tokens.
  void prepare(int length) {
    boolean fits = rotation.dependsOnWindow() ? length == window : length <= window;
    if (fits) {
      return;
    }
    double[] frequencies = rotation.frequencies(2 * half, length);
    double factor = rotation.attentionFactor();
    cosine = new float[Math.multiplyExact(length, half)];
    sine = new float[cosine.length];
    for (int position = 0; position < length; position++) {
      for (int i = 0; i < half; i++) {
        double angle = position * frequencies[i];
        cosine[position * half + i] = (float) (factor * StrictMath.cos(angle));
        sine[position * half + i] = (float) (factor * StrictMath.sin(angle));
      }
    }
    window = length;
  }

  float[] cosine() {
    return cosine;
  }

  float[] sine() {
    return sine;
  }

  /// Index of the first angle of a position.
  int at(int position) {
    return position * half;
  }
}
