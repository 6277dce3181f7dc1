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

  // Vectors once and for all: made where they are used, they would be so much code in the loop over
  // a row that the compiler stops half-way and makes objects of the rest.
  private static final DoubleVector ZERO = DoubleVector.zero(DOUBLES);
  private static final DoubleVector ONE = constant(1);
  private static final DoubleVector LEAST = constant(WideExponential.LEAST);
  private static final DoubleVector ROUNDER = constant(WideExponential.ROUNDER);
  private static final DoubleVector LOG2_E = constant(WideExponential.LOG2_E);
  private static final DoubleVector MINUS_LN2_LOW = constant(-WideExponential.LN2_LOW);
  private static final DoubleVector MINUS_LN2_HIGH = constant(-WideExponential.LN2_HIGH);
  private static final DoubleVector Q0 = constant(WideExponential.Q0);
  private static final DoubleVector Q1 = constant(WideExponential.Q1);
  private static final DoubleVector Q2 = constant(WideExponential.Q2);
  private static final DoubleVector Q3 = constant(WideExponential.Q3);
  private static final DoubleVector Q4 = constant(WideExponential.Q4);
  private static final DoubleVector Q5 = constant(WideExponential.Q5);
  private static final DoubleVector Q6 = constant(WideExponential.Q6);
  private static final DoubleVector Q7 = constant(WideExponential.Q7);
  private static final DoubleVector Q8 = constant(WideExponential.Q8);
  private static final DoubleVector Q9 = constant(WideExponential.Q9);
  private static final DoubleVector Q10 = constant(WideExponential.Q10);
  private static final DoubleVector Q11 = constant(WideExponential.Q11);

  private static DoubleVector constant(double value) {
    return DoubleVector.broadcast(DOUBLES, value);
  }

  /// In four chains: one comparison would wait for the other.
  @Override
  public float max(float[] x, int at, int count) {
    int length = SPECIES.length();
    int whole = count - count % (4 * length);
    FloatVector a = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int i = at; i < at + whole; i += 4 * length) {
      a = a.max(FloatVector.fromArray(SPECIES, x, i));
      b = b.max(FloatVector.fromArray(SPECIES, x, i + length));
      c = c.max(FloatVector.fromArray(SPECIES, x, i + 2 * length));
      d = d.max(FloatVector.fromArray(SPECIES, x, i + 3 * length));
    }
    float largest = a.max(b).max(c.max(d)).reduceLanes(VectorOperators.MAX);
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
    DoubleVector shifted = x.fma(LOG2_E, ROUNDER);
    DoubleVector n = shifted.sub(ROUNDER);
    DoubleVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, x));
    DoubleVector q =
        Q11.fma(r, Q10)
            .fma(r, Q9)
            .fma(r, Q8)
            .fma(r, Q7)
            .fma(r, Q6)
            .fma(r, Q5)
            .fma(r, Q4)
            .fma(r, Q3)
            .fma(r, Q2)
            .fma(r, Q1)
            .fma(r, Q0);
    DoubleVector mantissa = q.fma(r.mul(r), r).add(ONE);
    LongVector exponent =
        shifted.reinterpretAsLongs().lanewise(VectorOperators.LSHL, WideExponential.MANTISSA_BITS);
    DoubleVector power = mantissa.reinterpretAsLongs().add(exponent).reinterpretAsDoubles();
    return power.blend(ZERO, x.compare(VectorOperators.LT, LEAST));
  }
}
