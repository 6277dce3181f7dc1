package io.github.nonplus.program.rotation;

import java.util.Objects;

/// A rotation by the places of a cache of `width` tokens that takes in calls of `chunk` tokens:
/// what it holds by then counts from 0, and the tokens of a call follow.
///
/// @param of by which places turn
public record RollingRotation(Rotation of, int width, int chunk) implements Rotation {
  public RollingRotation {
    Objects.requireNonNull(of);
    Rotation.requirePositive("the width of a cache", width);
    Rotation.requirePositive("a call", chunk);
  }

  @Override
  public int place(int position) {
    return position - Math.max(0, position - position % chunk - width);
  }

  @Override
  public double[] frequencies(int size, int windowLength) {
    return of.frequencies(size, windowLength);
  }

  @Override
  public double attentionFactor() {
    return of.attentionFactor();
  }

  @Override
  public boolean dependsOnWindow() {
    return of.dependsOnWindow();
  }
}
