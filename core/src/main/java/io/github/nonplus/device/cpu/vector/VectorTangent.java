package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.HyperbolicTangent;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [HyperbolicTangent] of each lane. The species is a constant of the caller's.
final class VectorTangent {
  private VectorTangent() {}

  static FloatVector of(FloatVector x, VectorSpecies<Float> species) {
    FloatVector magnitude = x.abs();
    FloatVector e = VectorExponential.of(magnitude.mul(-2), species);
    FloatVector one = FloatVector.broadcast(species, 1);
    FloatVector far = one.sub(e).div(one.add(e));
    FloatVector square = x.mul(x);
    FloatVector r =
        FloatVector.broadcast(species, HyperbolicTangent.T4)
            .fma(square, FloatVector.broadcast(species, HyperbolicTangent.T3))
            .fma(square, FloatVector.broadcast(species, HyperbolicTangent.T2))
            .fma(square, FloatVector.broadcast(species, HyperbolicTangent.T1))
            .fma(square, FloatVector.broadcast(species, HyperbolicTangent.T0));
    FloatVector near = r.mul(square).fma(magnitude, magnitude);
    FloatVector size =
        far.blend(near, magnitude.compare(VectorOperators.LT, HyperbolicTangent.POLYNOMIAL));
    // The sign of x: all but its highest bit from the size, which has none.
    return size.reinterpretAsInts()
        .or(x.reinterpretAsInts().and(Integer.MIN_VALUE))
        .reinterpretAsFloats();
  }
}
