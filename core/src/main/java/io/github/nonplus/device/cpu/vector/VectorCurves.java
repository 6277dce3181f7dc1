package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.Curves;
import io.github.nonplus.device.cpu.NormalDistribution;
import io.github.nonplus.device.cpu.ScalarCurves;
import io.github.nonplus.program.op.Activation;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The curves, a vector of numbers at a time. Each has a loop of its own: a function chosen within
/// the loop would have the compiler make objects of vectors.
final class VectorCurves implements Curves {
  private static final VectorSpecies<Float> SPECIES = Specialized.species(MethodHandles.lookup());
  private static final int LENGTH = SPECIES.length();

  @Override
  public void activate(
      Activation activation, float[] x, int at, float[] out, int outAt, int count) {
    switch (activation) {
      case SILU -> silu(x, at, out, outAt, count);
      case GELU -> gelu(x, at, out, outAt, count);
      case GELU_TANH -> geluTanh(x, at, out, outAt, count);
      case QUICK_GELU -> quickGelu(x, at, out, outAt, count);
      case RELU -> relu(x, at, out, outAt, count);
      case RELU_SQUARED -> reluSquared(x, at, out, outAt, count);
      case SIGMOID -> sigmoid(x, at, out, outAt, count);
      case TANH -> tanh(x, at, out, outAt, count);
      case IDENTITY -> System.arraycopy(x, at, out, outAt, count);
    }
  }

  private static void silu(float[] x, int at, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, at + i);
      v.mul(VectorExponential.sigmoid(v, SPECIES)).intoArray(out, outAt + i);
    }
  }

  private static void gelu(float[] x, int at, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, at + i);
      FloatVector tail = tail(v);
      v.neg()
          .fma(tail, v)
          .blend(v.mul(tail), v.compare(VectorOperators.LT, 0))
          .intoArray(out, outAt + i);
    }
  }

  /// [NormalDistribution#tail] of each lane.
  private static FloatVector tail(FloatVector x) {
    FloatVector one = FloatVector.broadcast(SPECIES, 1);
    FloatVector rate = FloatVector.broadcast(SPECIES, NormalDistribution.RATE);
    FloatVector t = one.div(rate.fma(x.abs(), one));
    FloatVector p =
        FloatVector.broadcast(SPECIES, NormalDistribution.E9)
            .fma(t, FloatVector.broadcast(SPECIES, NormalDistribution.E8))
            .fma(t, FloatVector.broadcast(SPECIES, NormalDistribution.E7))
            .fma(t, FloatVector.broadcast(SPECIES, NormalDistribution.E6))
            .fma(t, FloatVector.broadcast(SPECIES, NormalDistribution.E5))
            .fma(t, FloatVector.broadcast(SPECIES, NormalDistribution.E4))
            .fma(t, FloatVector.broadcast(SPECIES, NormalDistribution.E3))
            .fma(t, FloatVector.broadcast(SPECIES, NormalDistribution.E2))
            .fma(t, FloatVector.broadcast(SPECIES, NormalDistribution.E1))
            .fma(t, FloatVector.broadcast(SPECIES, NormalDistribution.E0));
    return VectorExponential.of(x.mul(x).mul(-0.5f), SPECIES).mul(t.mul(p)).mul(0.5f);
  }

  private static void geluTanh(float[] x, int at, float[] out, int outAt, int count) {
    FloatVector cubic = FloatVector.broadcast(SPECIES, ScalarCurves.GELU_CUBIC);
    FloatVector linear = FloatVector.broadcast(SPECIES, ScalarCurves.GELU_LINEAR);
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, at + i);
      FloatVector u = v.mul(cubic.fma(v.mul(v), linear));
      v.mul(VectorExponential.sigmoid(u, SPECIES)).intoArray(out, outAt + i);
    }
  }

  private static void quickGelu(float[] x, int at, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, at + i);
      v.mul(VectorExponential.sigmoid(v.mul(ScalarCurves.QUICK), SPECIES))
          .intoArray(out, outAt + i);
    }
  }

  private static void relu(float[] x, int at, float[] out, int outAt, int count) {
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, at + i);
      zero.blend(v, v.compare(VectorOperators.GT, 0)).intoArray(out, outAt + i);
    }
  }

  private static void reluSquared(float[] x, int at, float[] out, int outAt, int count) {
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, at + i);
      zero.blend(v.mul(v), v.compare(VectorOperators.GT, 0)).intoArray(out, outAt + i);
    }
  }

  private static void sigmoid(float[] x, int at, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, at + i);
      VectorExponential.sigmoid(v, SPECIES).intoArray(out, outAt + i);
    }
  }

  private static void tanh(float[] x, int at, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, at + i);
      VectorTangent.of(v, SPECIES).intoArray(out, outAt + i);
    }
  }

  @Override
  public void times(float[] x, int at, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector.fromArray(SPECIES, out, outAt + i)
          .mul(FloatVector.fromArray(SPECIES, x, at + i))
          .intoArray(out, outAt + i);
    }
  }

  @Override
  public void clamp(float[] x, int at, float limit, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, at + i);
      v.blend(limit, v.compare(VectorOperators.GT, limit))
          .blend(-limit, v.compare(VectorOperators.LT, -limit))
          .intoArray(out, outAt + i);
    }
  }

  @Override
  public void softCap(float[] x, int at, float cap, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, at + i).div(cap);
      VectorTangent.of(v, SPECIES).mul(cap).intoArray(out, outAt + i);
    }
  }

  @Override
  public void xielu(
      float[] x,
      int at,
      float p,
      float n,
      float b,
      float epsilon,
      float[] out,
      int outAt,
      int count) {
    for (int i = 0; i < count; i += LENGTH) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, at + i);
      FloatVector cap = FloatVector.broadcast(SPECIES, epsilon);
      FloatVector capped = cap.blend(v, v.compare(VectorOperators.LT, epsilon));
      FloatVector bent =
          VectorExponential.minusOne(capped, SPECIES)
              .sub(v)
              .mul(n)
              .blend(v.mul(p).mul(v), v.compare(VectorOperators.GT, 0));
      FloatVector.broadcast(SPECIES, b).fma(v, bent).intoArray(out, outAt + i);
    }
  }
}
