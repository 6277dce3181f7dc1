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
  public void norm(
      float[] x,
      int xAt,
      int groupWidth,
      boolean centred,
      float[] weight,
      float[] bias,
      double epsilon,
      float[] out,
      int outAt) {
    float[] lanes = new float[LANES * LENGTH];
    float[] means = new float[LENGTH];
    float[] factors = new float[LENGTH];
    for (int from = 0; from < weight.length; from += groupWidth) {
      for (int t = 0; t < STRIP; t += LENGTH) {
        int at = xAt + from * STRIP + t;
        if (centred) {
          means(x, at, groupWidth, lanes, means);
        }
        factors(x, at, groupWidth, means, epsilon, lanes, factors);
        int outFrom = outAt + from * STRIP + t;
        if (bias == null) {
          weighted(x, at, groupWidth, means, factors, weight, from, out, outFrom);
        } else {
          weighted(x, at, groupWidth, means, factors, weight, bias, from, out, outFrom);
        }
      }
    }
  }

  // Each a method of its own, compiled by itself: of one method, whose mean is a vector here and
  // zero there, the compiler kept vectors in objects in some runs, and norms took four times as
  // long. With a bias and without are two methods, so that neither is compiled again for the other.

  /// The mean of each token of a vector.
  private static void means(float[] x, int at, int columns, float[] lanes, float[] means) {
    sum(x, at, columns, lanes).intoArray(means, 0);
    for (int i = 0; i < LENGTH; i++) {
      means[i] = (float) ((double) means[i] / columns);
    }
  }

  /// 1 / √(variance + epsilon) of each.
  private static void factors(
      float[] x,
      int at,
      int columns,
      float[] means,
      double epsilon,
      float[] lanes,
      float[] factors) {
    FloatVector mean = FloatVector.fromArray(SPECIES, means, 0);
    squares(x, at, columns, mean, lanes).intoArray(factors, 0);
    for (int i = 0; i < LENGTH; i++) {
      factors[i] = (float) (1 / Math.sqrt((double) factors[i] / columns + epsilon));
    }
  }

  /// (x − mean) · factor · weight, and in the other plus bias.
  private static void weighted(
      float[] x,
      int at,
      int columns,
      float[] means,
      float[] factors,
      float[] weight,
      int from,
      float[] out,
      int outAt) {
    FloatVector mean = FloatVector.fromArray(SPECIES, means, 0);
    FloatVector factor = FloatVector.fromArray(SPECIES, factors, 0);
    for (int n = 0; n < columns; n++) {
      FloatVector.fromArray(SPECIES, x, at + n * STRIP)
          .sub(mean)
          .mul(factor)
          .mul(weight[from + n])
          .intoArray(out, outAt + n * STRIP);
    }
  }

  private static void weighted(
      float[] x,
      int at,
      int columns,
      float[] means,
      float[] factors,
      float[] weight,
      float[] bias,
      int from,
      float[] out,
      int outAt) {
    FloatVector mean = FloatVector.fromArray(SPECIES, means, 0);
    FloatVector factor = FloatVector.fromArray(SPECIES, factors, 0);
    for (int n = 0; n < columns; n++) {
      FloatVector.fromArray(SPECIES, x, at + n * STRIP)
          .sub(mean)
          .mul(factor)
          .fma(
              FloatVector.broadcast(SPECIES, weight[from + n]),
              FloatVector.broadcast(SPECIES, bias[from + n]))
          .intoArray(out, outAt + n * STRIP);
    }
  }

  private static FloatVector sum(float[] x, int at, int columns, float[] lanes) {
    for (int lane = 0; lane < LANES; lane++) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int n = lane; n < columns; n += LANES) {
        sum = sum.add(FloatVector.fromArray(SPECIES, x, at + n * STRIP));
      }
      sum.intoArray(lanes, lane * LENGTH);
    }
    return join(lanes);
  }

  private static FloatVector squares(
      float[] x, int at, int columns, FloatVector mean, float[] lanes) {
    for (int lane = 0; lane < LANES; lane++) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int n = lane; n < columns; n += LANES) {
        FloatVector v = FloatVector.fromArray(SPECIES, x, at + n * STRIP).sub(mean);
        sum = v.fma(v, sum);
      }
      sum.intoArray(lanes, lane * LENGTH);
    }
    return join(lanes);
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
  public void rotate(
      float[] x, int at, int pairs, int step, int distance, float[] cosine, float[] sine) {
    for (int pair = 0; pair < pairs; pair++) {
      int from = pair * STRIP;
      int a = at + step * from;
      int b = a + distance * STRIP;
      for (int t = 0; t < STRIP; t += LENGTH) {
        FloatVector first = FloatVector.fromArray(SPECIES, x, a + t);
        FloatVector second = FloatVector.fromArray(SPECIES, x, b + t);
        FloatVector cos = FloatVector.fromArray(SPECIES, cosine, from + t);
        FloatVector sin = FloatVector.fromArray(SPECIES, sine, from + t);
        first.mul(cos).sub(second.mul(sin)).intoArray(x, a + t);
        second.mul(cos).add(first.mul(sin)).intoArray(x, b + t);
      }
    }
  }

  @Override
  public void gateSilu(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector g = FloatVector.fromArray(SPECIES, gate, gateAt + i);
      g.mul(VectorExponential.sigmoid(g, SPECIES))
          .mul(FloatVector.fromArray(SPECIES, up, upAt + i))
          .intoArray(out, outAt + i);
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
  public void combine(
      float[] left,
      int leftAt,
      float a,
      float[] right,
      int rightAt,
      float b,
      float[] out,
      int outAt,
      int count) {
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector.fromArray(SPECIES, left, leftAt + i)
          .mul(a)
          .add(FloatVector.fromArray(SPECIES, right, rightAt + i).mul(b))
          .intoArray(out, outAt + i);
    }
  }

  @Override
  public void scale(float[] x, int at, float factor, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, at + i).mul(factor).intoArray(out, outAt + i);
    }
  }

  @Override
  public void scaleColumns(float[] x, int at, float[] factors, float[] out, int outAt) {
    for (int n = 0; n < factors.length; n++) {
      for (int i = n * STRIP; i < (n + 1) * STRIP; i += LENGTH) {
        FloatVector.fromArray(SPECIES, x, at + i).mul(factors[n]).intoArray(out, outAt + i);
      }
    }
  }

  @Override
  public void scaleTokens(float[] x, int at, int columns, float[] factors, float[] out, int outAt) {
    for (int t = 0; t < STRIP; t += LENGTH) {
      FloatVector factor = FloatVector.fromArray(SPECIES, factors, t);
      for (int i = t; i < columns * STRIP; i += STRIP) {
        FloatVector.fromArray(SPECIES, x, at + i).mul(factor).intoArray(out, outAt + i);
      }
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
  public void hideBefore(float[] x, int at, int columns, int[] first) {
    for (int t = 0; t < STRIP; t += LENGTH) {
      IntVector from = IntVector.fromArray(SPECIES.withLanes(int.class), first, t);
      for (int n = 0; n < columns; n++) {
        int i = at + n * STRIP + t;
        FloatVector.fromArray(SPECIES, x, i)
            .blend(Float.NEGATIVE_INFINITY, from.compare(VectorOperators.GT, n).cast(SPECIES))
            .intoArray(x, i);
      }
    }
  }

  @Override
  public void scores(
      float[] x, int at, int columns, float scale, float cap, float slope, int[] positions) {
    float[] distances = new float[STRIP];
    for (int t = 0; t < STRIP; t++) {
      distances[t] = -positions[t];
    }
    if (cap == 0) {
      bias(x, at, columns, scale, slope, distances);
    } else {
      cappedBias(x, at, columns, scale, cap, slope, distances);
    }
  }

  private static void bias(
      float[] x, int at, int columns, float scale, float slope, float[] distances) {
    FloatVector slopes = FloatVector.broadcast(SPECIES, slope);
    for (int n = 0; n < columns; n++) {
      for (int t = 0; t < STRIP; t += LENGTH) {
        int i = at + n * STRIP + t;
        FloatVector distance = FloatVector.fromArray(SPECIES, distances, t).add(n);
        slopes.fma(distance, FloatVector.fromArray(SPECIES, x, i).mul(scale)).intoArray(x, i);
      }
    }
  }

  private static void cappedBias(
      float[] x, int at, int columns, float scale, float cap, float slope, float[] distances) {
    FloatVector slopes = FloatVector.broadcast(SPECIES, slope);
    for (int n = 0; n < columns; n++) {
      for (int t = 0; t < STRIP; t += LENGTH) {
        int i = at + n * STRIP + t;
        FloatVector score = FloatVector.fromArray(SPECIES, x, i).mul(scale).div(cap);
        FloatVector distance = FloatVector.fromArray(SPECIES, distances, t).add(n);
        slopes.fma(distance, VectorTangent.of(score, SPECIES).mul(cap)).intoArray(x, i);
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

  @Override
  public void convolve(
      float[] x, int at, float[] taps, int tapsAt, int length, float bias, float[] out, int outAt) {
    FloatVector sumA = FloatVector.broadcast(SPECIES, bias);
    FloatVector sumB = sumA;
    for (int j = 0; j < length; j++) {
      FloatVector tap = FloatVector.broadcast(SPECIES, taps[tapsAt + j]);
      sumA = FloatVector.fromArray(SPECIES, x, at + j).fma(tap, sumA);
      sumB = FloatVector.fromArray(SPECIES, x, at + j + LENGTH).fma(tap, sumB);
    }
    sumA.intoArray(out, outAt);
    sumB.intoArray(out, outAt + LENGTH);
  }

  @Override
  public void softplus(
      float[] x, int at, float[] bias, float least, float most, float[] out, int outAt) {
    for (int n = 0; n < bias.length; n++) {
      for (int i = n * STRIP; i < (n + 1) * STRIP; i += LENGTH) {
        FloatVector value =
            VectorExponential.softplus(
                FloatVector.fromArray(SPECIES, x, at + i).add(bias[n]), SPECIES);
        value
            .blend(most, value.compare(VectorOperators.GT, most))
            .blend(least, value.compare(VectorOperators.LT, least))
            .intoArray(out, outAt + i);
      }
    }
  }

  @Override
  public void decay(float[] x, int at, float[] factors, float[] out, int outAt) {
    for (int n = 0; n < factors.length; n++) {
      for (int i = n * STRIP; i < (n + 1) * STRIP; i += LENGTH) {
        VectorExponential.of(FloatVector.fromArray(SPECIES, x, at + i).mul(factors[n]), SPECIES)
            .intoArray(out, outAt + i);
      }
    }
  }

  /// [VectorExponential#of] once more, for attention: where the species is a constant of the class
  /// itself, the compiler makes it less than half as long.
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
