package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.Exponential;
import io.github.nonplus.device.cpu.Kernels;
import io.github.nonplus.device.cpu.StripOperations;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// What is done to strips, a vector of tokens at a time.
final class VectorStripOperations implements StripOperations {
  private static final VectorSpecies<Float> SPECIES = Specialized.species(MethodHandles.lookup());
  private static final int LENGTH = SPECIES.length();
  private static final int STRIP = 2 * LENGTH;
  private static final int LANES = Kernels.LANES;

  @Override
  public void norm(float[] x, int xAt, float[] weight, double epsilon, float[] out, int outAt) {
    int width = weight.length;
    float[] lanes = new float[LANES * LENGTH];
    float[] factors = new float[LENGTH];
    for (int t = 0; t < STRIP; t += LENGTH) {
      for (int lane = 0; lane < LANES; lane++) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int n = lane; n < width; n += LANES) {
          FloatVector v = FloatVector.fromArray(SPECIES, x, xAt + n * STRIP + t);
          sum = v.fma(v, sum);
        }
        sum.intoArray(lanes, lane * LENGTH);
      }
      join(lanes).intoArray(factors, 0);
      for (int i = 0; i < LENGTH; i++) {
        factors[i] = (float) (1 / Math.sqrt((double) factors[i] / width + epsilon));
      }
      FloatVector factor = FloatVector.fromArray(SPECIES, factors, 0);
      for (int n = 0; n < width; n++) {
        FloatVector.fromArray(SPECIES, x, xAt + n * STRIP + t)
            .mul(factor)
            .mul(weight[n])
            .intoArray(out, outAt + n * STRIP + t);
      }
    }
  }

  /// [io.github.nonplus.device.cpu.Lanes#sum] of a vector of tokens: partial sum i at i · LENGTH.
  private static FloatVector join(float[] lanes) {
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        FloatVector.fromArray(SPECIES, lanes, i * LENGTH)
            .add(FloatVector.fromArray(SPECIES, lanes, (i + half) * LENGTH))
            .intoArray(lanes, i * LENGTH);
      }
    }
    return FloatVector.fromArray(SPECIES, lanes, 0);
  }

  @Override
  public void rotate(float[] head, int at, int size, float[] cosine, float[] sine) {
    int half = size / 2 * STRIP;
    for (int i = 0; i < half; i += LENGTH) {
      FloatVector first = FloatVector.fromArray(SPECIES, head, at + i);
      FloatVector second = FloatVector.fromArray(SPECIES, head, at + half + i);
      FloatVector cos = FloatVector.fromArray(SPECIES, cosine, i);
      FloatVector sin = FloatVector.fromArray(SPECIES, sine, i);
      first.mul(cos).sub(second.mul(sin)).intoArray(head, at + i);
      second.mul(cos).add(first.mul(sin)).intoArray(head, at + half + i);
    }
  }

  @Override
  public void gateSilu(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int count) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector g = FloatVector.fromArray(SPECIES, gate, gateAt + i);
      FloatVector e = exponential(g.abs().neg());
      FloatVector sigmoid = one.blend(e, g.compare(VectorOperators.LT, 0)).div(e.add(1));
      g.mul(sigmoid).mul(FloatVector.fromArray(SPECIES, up, upAt + i)).intoArray(out, outAt + i);
    }
  }

  @Override
  public void add(
      float[] left, int leftAt, float[] right, int rightAt, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector.fromArray(SPECIES, left, leftAt + i)
          .add(FloatVector.fromArray(SPECIES, right, rightAt + i))
          .intoArray(out, outAt + i);
    }
  }

  @Override
  public void addBias(float[] x, int at, int columns, float[] bias, int biasAt) {
    for (int n = 0; n < columns; n++) {
      FloatVector value = FloatVector.broadcast(SPECIES, bias[biasAt + n]);
      for (int t = 0; t < STRIP; t += LENGTH) {
        FloatVector.fromArray(SPECIES, x, at + n * STRIP + t)
            .add(value)
            .intoArray(x, at + n * STRIP + t);
      }
    }
  }

  @Override
  public void hide(float[] x, int at, int from, int columns, int[] visible) {
    for (int t = 0; t < STRIP; t += LENGTH) {
      IntVector seen = IntVector.fromArray(SPECIES.withLanes(int.class), visible, t);
      for (int n = from; n < columns; n++) {
        int i = at + n * STRIP + t;
        FloatVector.fromArray(SPECIES, x, i)
            .blend(Float.NEGATIVE_INFINITY, seen.compare(VectorOperators.LE, n).cast(SPECIES))
            .intoArray(x, i);
      }
    }
  }

  @Override
  public void max(float[] x, int at, int columns, float[] largest, int largestAt) {
    FloatVector maxA = FloatVector.fromArray(SPECIES, largest, largestAt);
    FloatVector maxB = FloatVector.fromArray(SPECIES, largest, largestAt + LENGTH);
    int end = at + columns * STRIP;
    for (int i = at; i < end; i += STRIP) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, i);
      FloatVector b = FloatVector.fromArray(SPECIES, x, i + LENGTH);
      maxA = maxA.blend(a, a.compare(VectorOperators.GT, maxA));
      maxB = maxB.blend(b, b.compare(VectorOperators.GT, maxB));
    }
    maxA.intoArray(largest, largestAt);
    maxB.intoArray(largest, largestAt + LENGTH);
  }

  /// Two vectors side by side: an exponential is a long chain of operations, and while the
  /// processor waits in one chain it gets on with the other.
  @Override
  public void exponentials(
      float[] x, int at, int columns, float[] shift, int shiftAt, float scale, float[] sums) {
    float[] lanesA = new float[LANES * LENGTH];
    float[] lanesB = new float[LANES * LENGTH];
    FloatVector shiftA = FloatVector.fromArray(SPECIES, shift, shiftAt);
    FloatVector shiftB = FloatVector.fromArray(SPECIES, shift, shiftAt + LENGTH);
    for (int n = 0; n < columns; n++) {
      int i = at + n * STRIP;
      FloatVector a = FloatVector.fromArray(SPECIES, x, i).sub(shiftA).mul(scale);
      FloatVector b = FloatVector.fromArray(SPECIES, x, i + LENGTH).sub(shiftB).mul(scale);
      a = exponential(a);
      b = exponential(b);
      a.intoArray(x, i);
      b.intoArray(x, i + LENGTH);
      int lane = n % LANES * LENGTH;
      FloatVector.fromArray(SPECIES, lanesA, lane).add(a).intoArray(lanesA, lane);
      FloatVector.fromArray(SPECIES, lanesB, lane).add(b).intoArray(lanesB, lane);
    }
    join(lanesA).intoArray(sums, 0);
    join(lanesB).intoArray(sums, LENGTH);
  }

  @Override
  public void accumulate(float[] sums, int sumsAt, float[] factor, float[] x, int at, int columns) {
    for (int t = 0; t < STRIP; t += LENGTH) {
      FloatVector factors = FloatVector.fromArray(SPECIES, factor, t);
      for (int i = t; i < columns * STRIP; i += STRIP) {
        FloatVector.fromArray(SPECIES, sums, sumsAt + i)
            .mul(factors)
            .add(FloatVector.fromArray(SPECIES, x, at + i))
            .intoArray(sums, sumsAt + i);
      }
    }
  }

  @Override
  public void divide(float[] x, int at, int columns, float[] divisor, int divisorAt) {
    for (int t = 0; t < STRIP; t += LENGTH) {
      FloatVector divisors = FloatVector.fromArray(SPECIES, divisor, divisorAt + t);
      for (int i = t; i < columns * STRIP; i += STRIP) {
        FloatVector.fromArray(SPECIES, x, at + i).div(divisors).intoArray(x, at + i);
      }
    }
  }

  /// [Exponential] of each lane.
  private static FloatVector exponential(FloatVector x) {
    FloatVector rounder = FloatVector.broadcast(SPECIES, Exponential.ROUNDER);
    FloatVector shifted = x.fma(FloatVector.broadcast(SPECIES, Exponential.LOG2_E), rounder);
    FloatVector n = shifted.sub(rounder);
    FloatVector r =
        n.fma(
            FloatVector.broadcast(SPECIES, -Exponential.LN2_LOW),
            n.fma(FloatVector.broadcast(SPECIES, -Exponential.LN2_HIGH), x));
    FloatVector q =
        FloatVector.broadcast(SPECIES, Exponential.Q4)
            .fma(r, FloatVector.broadcast(SPECIES, Exponential.Q3))
            .fma(r, FloatVector.broadcast(SPECIES, Exponential.Q2))
            .fma(r, FloatVector.broadcast(SPECIES, Exponential.Q1))
            .fma(r, FloatVector.broadcast(SPECIES, Exponential.Q0));
    FloatVector mantissa = q.fma(r.mul(r), r).add(1);
    IntVector exponent =
        shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, Exponential.MANTISSA_BITS);
    FloatVector power = mantissa.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    return power.blend(0, x.compare(VectorOperators.LT, Exponential.LEAST));
  }
}
