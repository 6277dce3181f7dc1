package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.Exponential;
import io.github.nonplus.device.cpu.Kernels;
import io.github.nonplus.device.cpu.Lanes;
import io.github.nonplus.device.cpu.RowOperations;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// What is done to rows, a vector at a time; what is left over at a row's end as the scalar
/// definition does it.
final class VectorRowOperations implements RowOperations {
  private static final VectorSpecies<Float> SPECIES = Specialized.species(MethodHandles.lookup());
  private static final int LENGTH = SPECIES.length();
  private static final int LANES = Kernels.LANES;

  @Override
  public void norm(float[] x, int xAt, float[] weight, double epsilon, float[] out, int outAt) {
    int width = weight.length;
    int whole = width - width % LANES;
    float[] lanes = new float[LANES];
    for (int lane = 0; lane < LANES; lane += LENGTH) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int n = lane; n < whole; n += LANES) {
        FloatVector v = FloatVector.fromArray(SPECIES, x, xAt + n);
        sum = v.fma(v, sum);
      }
      sum.intoArray(lanes, lane);
    }
    for (int n = whole; n < width; n++) {
      lanes[n - whole] = Math.fma(x[xAt + n], x[xAt + n], lanes[n - whole]);
    }
    float factor = (float) (1 / Math.sqrt((double) Lanes.sum(lanes) / width + epsilon));
    int n = 0;
    for (; n <= width - LENGTH; n += LENGTH) {
      FloatVector.fromArray(SPECIES, x, xAt + n)
          .mul(factor)
          .mul(FloatVector.fromArray(SPECIES, weight, n))
          .intoArray(out, outAt + n);
    }
    for (; n < width; n++) {
      out[outAt + n] = x[xAt + n] * factor * weight[n];
    }
  }

  @Override
  public void rotate(float[] head, int at, int size, float[] cosine, float[] sine, int tableAt) {
    int half = size / 2;
    int i = 0;
    for (; i <= half - LENGTH; i += LENGTH) {
      FloatVector first = FloatVector.fromArray(SPECIES, head, at + i);
      FloatVector second = FloatVector.fromArray(SPECIES, head, at + half + i);
      FloatVector cos = FloatVector.fromArray(SPECIES, cosine, tableAt + i);
      FloatVector sin = FloatVector.fromArray(SPECIES, sine, tableAt + i);
      first.mul(cos).sub(second.mul(sin)).intoArray(head, at + i);
      second.mul(cos).add(first.mul(sin)).intoArray(head, at + half + i);
    }
    for (; i < half; i++) {
      float first = head[at + i];
      float second = head[at + half + i];
      head[at + i] = first * cosine[tableAt + i] - second * sine[tableAt + i];
      head[at + half + i] = second * cosine[tableAt + i] + first * sine[tableAt + i];
    }
  }

  @Override
  public void gateSilu(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int count) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    int i = 0;
    for (; i <= count - LENGTH; i += LENGTH) {
      FloatVector g = FloatVector.fromArray(SPECIES, gate, gateAt + i);
      FloatVector e = exponential(g.abs().neg());
      FloatVector sigmoid = one.blend(e, g.compare(VectorOperators.LT, 0)).div(e.add(1));
      g.mul(sigmoid).mul(FloatVector.fromArray(SPECIES, up, upAt + i)).intoArray(out, outAt + i);
    }
    for (; i < count; i++) {
      float g = gate[gateAt + i];
      float e = Exponential.of(-Math.abs(g));
      out[outAt + i] = g * ((g < 0 ? e : 1) / (1 + e)) * up[upAt + i];
    }
  }

  @Override
  public void add(
      float[] left, int leftAt, float[] right, int rightAt, float[] out, int outAt, int count) {
    int i = 0;
    for (; i <= count - LENGTH; i += LENGTH) {
      FloatVector.fromArray(SPECIES, left, leftAt + i)
          .add(FloatVector.fromArray(SPECIES, right, rightAt + i))
          .intoArray(out, outAt + i);
    }
    for (; i < count; i++) {
      out[outAt + i] = left[leftAt + i] + right[rightAt + i];
    }
  }

  @Override
  public float max(float[] x, int at, int count) {
    FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, at + i);
      max = max.blend(v, v.compare(VectorOperators.GT, max));
    }
    float largest = Float.NEGATIVE_INFINITY;
    for (int lane = 0; lane < LENGTH; lane++) {
      largest = max.lane(lane) > largest ? max.lane(lane) : largest;
    }
    return largest;
  }

  @Override
  public float exponentials(float[] x, int at, int count, float shift, float scale) {
    float[] lanes = new float[LANES];
    for (int lane = 0; lane < LANES; lane += LENGTH) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = lane; i < count; i += LANES) {
        FloatVector v = FloatVector.fromArray(SPECIES, x, at + i);
        FloatVector e = exponential(v.sub(shift).mul(scale));
        e.intoArray(x, at + i);
        sum = sum.add(e);
      }
      sum.intoArray(lanes, lane);
    }
    return Lanes.sum(lanes);
  }

  @Override
  public void divide(float[] x, int at, float divisor, float[] out, int outAt, int count) {
    int i = 0;
    for (; i <= count - LENGTH; i += LENGTH) {
      FloatVector.fromArray(SPECIES, x, at + i).div(divisor).intoArray(out, outAt + i);
    }
    for (; i < count; i++) {
      out[outAt + i] = x[at + i] / divisor;
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
