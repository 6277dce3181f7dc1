package io.github.nonplus.reference.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.DoubleBuffer;

/// Cosines and sines of a window's positions: [positions, width that turns], the angles of all
/// pairs twice side by side, as transformers' `rotate_half` wants them. Angles are taken in float64
/// and rounded once.
///
/// @param neighbours whether an element turns with the next, and not with that half the width on
record RotaryAngles(NDArray cosine, NDArray sine, boolean neighbours) {
  /// @param frequencies radians per position of each pair
  /// @param factor what cosine and sine are multiplied by
  /// @param length positions
  static RotaryAngles of(
      NDManager manager,
      double[] frequencies,
      double factor,
      int length,
      boolean neighbours,
      Arithmetic arithmetic) {
    int width = 2 * frequencies.length;
    double[] cosine = new double[length * width];
    double[] sine = new double[length * width];
    for (int position = 0; position < length; position++) {
      for (int i = 0; i < width; i++) {
        double angle = position * frequencies[i % frequencies.length];
        cosine[position * width + i] = Math.cos(angle) * factor;
        sine[position * width + i] = Math.sin(angle) * factor;
      }
    }
    return new RotaryAngles(
        narrow(manager, cosine, width, arithmetic),
        narrow(manager, sine, width, arithmetic),
        neighbours);
  }

  private static NDArray narrow(
      NDManager manager, double[] values, int width, Arithmetic arithmetic) {
    Shape shape = new Shape(values.length / width, width);
    return arithmetic.narrowed(
        manager
            .create(DoubleBuffer.wrap(values), shape, DataType.FLOAT64)
            .toType(arithmetic.wide(), false));
  }

  /// Turns every head: x · cos + (−upper half, lower half) · sin. Neighbours are laid half the
  /// width apart first and stay so: queries and keys alike, and no score asks for the order of
  /// elements.
  ///
  /// @param x [heads, positions, head]
  NDArray turn(NDArray x) {
    long size = x.getShape().get(2);
    long width = cosine.getShape().get(1);
    NDArray turning = width == size ? x : Operators.range(x, 2, 0, width);
    NDArray turned = turnWhole(neighbours ? apart(turning) : turning);
    return width == size ? turned : turned.concat(Operators.range(x, 2, width, size), 2);
  }

  private NDArray turnWhole(NDArray x) {
    long width = x.getShape().get(2);
    NDArray lower = Operators.range(x, 2, 0, width / 2);
    NDArray upper = Operators.range(x, 2, width / 2, width);
    NDArray half = upper.neg().concat(lower, 2);
    return x.mul(cosine).addi(half.muli(sine));
  }

  /// Elements 0, 2, 4 …, then 1, 3, 5 …
  private static NDArray apart(NDArray x) {
    long heads = x.getShape().get(0);
    long positions = x.getShape().get(1);
    long width = x.getShape().get(2);
    return x.reshape(heads, positions, width / 2, 2)
        .transpose(0, 1, 3, 2)
        .reshape(heads, positions, width);
  }
}
