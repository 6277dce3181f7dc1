package io.github.nonplus.device.cpu;

import io.github.nonplus.program.rotation.Rotation;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Cosines and sines of all angles that a batch needs, computed in float64 and rounded once. Like
/// the frequencies, they are the same on every machine, as only `StrictMath` guarantees.
final class RotationTables {
  private static final int ANY_LENGTH = 0;

  private final Rotation rotation;
  private final int half;
  private final Map<Integer, Table> tables = new HashMap<>();

  /// @param length the window's tokens
  /// @param cosine of position p's angle i at p · half a head + i, and `sine` likewise
  record Table(int length, float[] cosine, float[] sine) {}

  RotationTables(Rotation rotation, int headSize) {
    this.rotation = rotation;
    this.half = headSize / 2;
  }

  /// Makes sure that there are tables for windows of these lengths, and no others.
  void prepare(Set<Integer> lengths) {
    tables.keySet().retainAll(lengths.stream().map(this::key).toList());
    for (int length : lengths) {
      Table present = tables.get(key(length));
      if (present == null || present.length() < length) {
        tables.put(key(length), table(length));
      }
    }
  }

  /// The table for windows of `length` tokens, which was prepared.
  Table of(int length) {
    return tables.get(key(length));
  }

  /// One table serves all windows, unless angles depend on the window.
  private int key(int length) {
    return rotation.dependsOnWindow() ? length : ANY_LENGTH;
  }

  private Table table(int length) {
    double[] frequencies = rotation.frequencies(2 * half, length);
    double factor = rotation.attentionFactor();
    float[] cosine = new float[Math.multiplyExact(length, half)];
    float[] sine = new float[cosine.length];
    for (int position = 0; position < length; position++) {
      for (int i = 0; i < half; i++) {
        double angle = rotation.place(position) * frequencies[i];
        cosine[position * half + i] = (float) (factor * StrictMath.cos(angle));
        sine[position * half + i] = (float) (factor * StrictMath.sin(angle));
      }
    }
    return new Table(length, cosine, sine);
  }
}
