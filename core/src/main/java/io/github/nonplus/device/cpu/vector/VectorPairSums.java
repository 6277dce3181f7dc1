package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.Kernels;
import io.github.nonplus.device.cpu.Lanes;
import io.github.nonplus.device.cpu.PairSums;
import io.github.nonplus.device.cpu.WideExponential;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Sums over two rows, a vector of float64 at a time; what is left over at a row's end as the
/// scalar definition does it.
final class VectorPairSums implements PairSums {
  private static final VectorSpecies<Float> SPECIES = Specialized.species(MethodHandles.lookup());
  private static final VectorSpecies<Double> DOUBLES = SPECIES.withLanes(double.class);

  /// As many float32 as there are float64 in a vector.
  private static final VectorSpecies<Float> FLOATS =
      VectorSpecies.of(float.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));

  private static final int LENGTH = DOUBLES.length();
  private static final int LANES = Kernels.LANES;

  @Override
  public float max(float[] x, int at, int count) {
    int whole = count - count % SPECIES.length();
    FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < whole; i += SPECIES.length()) {
      max = max.max(FloatVector.fromArray(SPECIES, x, at + i));
    }
    float largest = max.reduceLanes(VectorOperators.MAX);
    for (int i = whole; i < count; i++) {
      largest = Math.max(largest, x[at + i]);
    }
    return largest;
  }

  @Override
  public void sum(
      float[] x, int xAt, float xMax, float[] y, int yAt, float yMax, int count, double[] sums) {
    int whole = count - count % LANES;
    double[][] lanes = new double[COUNT][LANES];
    for (int lane = 0; lane < LANES; lane += LENGTH) {
      DoubleVector expX = DoubleVector.zero(DOUBLES);
      DoubleVector expY = expX;
      DoubleVector expXDifference = expX;
      DoubleVector expYDifference = expX;
      for (int i = lane; i < whole; i += LANES) {
        DoubleVector a = wide(x, xAt + i).sub(xMax);
        DoubleVector b = wide(y, yAt + i).sub(yMax);
        DoubleVector ea = exponential(a);
        DoubleVector eb = exponential(b);
        DoubleVector difference = a.sub(b);
        expX = expX.add(ea);
        expY = expY.add(eb);
        expXDifference = ea.fma(difference, expXDifference);
        expYDifference = eb.fma(difference, expYDifference);
      }
      expX.intoArray(lanes[EXP_X], lane);
      expY.intoArray(lanes[EXP_Y], lane);
      expXDifference.intoArray(lanes[EXP_X_DIFFERENCE], lane);
      expYDifference.intoArray(lanes[EXP_Y_DIFFERENCE], lane);
    }
    for (int i = whole; i < count; i++) {
      PairSums.add((double) x[xAt + i] - xMax, (double) y[yAt + i] - yMax, lanes, i - whole);
    }
    for (int i = 0; i < COUNT; i++) {
      sums[i] = Lanes.sum(lanes[i]);
    }
  }

  private static DoubleVector wide(float[] x, int at) {
    return (DoubleVector)
        FloatVector.fromArray(FLOATS, x, at).convertShape(VectorOperators.F2D, DOUBLES, 0);
  }

  /// [WideExponential] of each lane.
  private static DoubleVector exponential(DoubleVector x) {
    DoubleVector rounder = DoubleVector.broadcast(DOUBLES, WideExponential.ROUNDER);
    DoubleVector shifted = x.fma(constant(WideExponential.LOG2_E), rounder);
    DoubleVector n = shifted.sub(rounder);
    DoubleVector r =
        n.fma(constant(-WideExponential.LN2_LOW), n.fma(constant(-WideExponential.LN2_HIGH), x));
    DoubleVector q =
        constant(WideExponential.Q11)
            .fma(r, constant(WideExponential.Q10))
            .fma(r, constant(WideExponential.Q9))
            .fma(r, constant(WideExponential.Q8))
            .fma(r, constant(WideExponential.Q7))
            .fma(r, constant(WideExponential.Q6))
            .fma(r, constant(WideExponential.Q5))
            .fma(r, constant(WideExponential.Q4))
            .fma(r, constant(WideExponential.Q3))
            .fma(r, constant(WideExponential.Q2))
            .fma(r, constant(WideExponential.Q1))
            .fma(r, constant(WideExponential.Q0));
    DoubleVector mantissa = q.fma(r.mul(r), r).add(1);
    LongVector exponent =
        shifted.reinterpretAsLongs().lanewise(VectorOperators.LSHL, WideExponential.MANTISSA_BITS);
    DoubleVector power = mantissa.reinterpretAsLongs().add(exponent).reinterpretAsDoubles();
    return power.blend(0, x.compare(VectorOperators.LT, WideExponential.LEAST));
  }

  private static DoubleVector constant(double value) {
    return DoubleVector.broadcast(DOUBLES, value);
  }
}
