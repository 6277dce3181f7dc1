package io.github.nonplus.reference.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.DoubleBuffer;

/// Cosines and sines of a window's positions: [positions, head], the angles of all pairs twice side
/// by side, as transformers' `rotate_half` wants them. Angles are taken in float64 and rounded
/// once.
record RotaryAngles(NDArray cosine, NDArray sine) {
  /// @param frequencies radians per position of each pair
  /// @param factor what cosine and sine are multiplied by
  /// @param length positions
  static RotaryAngles of(
      NDManager manager, double[] frequencies, double factor, int length, Arithmetic arithmetic) {
    int headSize = 2 * frequencies.length;
    double[] cosine = new double[length * headSize];
    double[] sine = new double[length * headSize];
    for (int position = 0; position < length; position++) {
      for (int i = 0; i < headSize; i++) {
        double angle = position * frequencies[i % frequencies.length];
        cosine[position * headSize + i] = Math.cos(angle) * factor;
        sine[position * headSize + i] = Math.sin(angle) * factor;
      }
    }
    return new RotaryAngles(
        narrow(manager, cosine, headSize, arithmetic), narrow(manager, sine, headSize, arithmetic));
  }

  private static NDArray narrow(
      NDManager manager, double[] values, int headSize, Arithmetic arithmetic) {
    Shape shape = new Shape(values.length / headSize, headSize);
    return arithmetic.narrowed(
        manager
            .create(DoubleBuffer.wrap(values), shape, DataType.FLOAT64)
            .toType(arithmetic.wide(), false));
  }

  /// Turns every head: x · cos + (−upper half, lower half) · sin.
  ///
  /// @param x [heads, positions, head]
  NDArray turn(NDArray x) {
    long size = x.getShape().get(2);
    NDArray lower = Operators.range(x, 2, 0, size / 2);
    NDArray upper = Operators.range(x, 2, size / 2, size);
    NDArray half = upper.neg().concat(lower, 2);
    return x.mul(cosine).addi(half.muli(sine));
  }
}
