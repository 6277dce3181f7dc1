package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.Exponential;
import io.github.nonplus.device.cpu.LogOnePlus;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [Exponential] and what is made of it, for each lane. The species is a constant of the caller's,
/// into which these few operations are compiled.
final class VectorExponential {
  private VectorExponential() {}

  /// e^x for x ≤ 0.
  static FloatVector of(FloatVector x, VectorSpecies<Float> species) {
    FloatVector rounder = FloatVector.broadcast(species, Exponential.ROUNDER);
    FloatVector shifted = x.fma(FloatVector.broadcast(species, Exponential.LOG2_E), rounder);
    FloatVector r = remainder(x, shifted.sub(rounder), species);
    FloatVector mantissa = series(r, species).fma(r.mul(r), r).add(1);
    FloatVector power = mantissa.reinterpretAsInts().add(exponent(shifted)).reinterpretAsFloats();
    return power.blend(0, x.compare(VectorOperators.LT, Exponential.LEAST));
  }

  /// e^x − 1 for x ≤ 0.
  static FloatVector minusOne(FloatVector x, VectorSpecies<Float> species) {
    FloatVector rounder = FloatVector.broadcast(species, Exponential.ROUNDER);
    FloatVector shifted = x.fma(FloatVector.broadcast(species, Exponential.LOG2_E), rounder);
    FloatVector r = remainder(x, shifted.sub(rounder), species);
    FloatVector fraction = series(r, species).fma(r.mul(r), r);
    FloatVector one = FloatVector.broadcast(species, 1);
    FloatVector power = one.reinterpretAsInts().add(exponent(shifted)).reinterpretAsFloats();
    return power
        .fma(fraction, power.sub(1))
        .blend(-1, x.compare(VectorOperators.LT, Exponential.LEAST));
  }

  /// (u < 0 ? e : 1) / (1 + e) with e = e^−|u|.
  static FloatVector sigmoid(FloatVector u, VectorSpecies<Float> species) {
    FloatVector e = of(u.abs().neg(), species);
    return FloatVector.broadcast(species, 1)
        .blend(e, u.compare(VectorOperators.LT, 0))
        .div(e.add(1));
  }

  private static FloatVector remainder(FloatVector x, FloatVector n, VectorSpecies<Float> species) {
    return n.fma(
        FloatVector.broadcast(species, -Exponential.LN2_LOW),
        n.fma(FloatVector.broadcast(species, -Exponential.LN2_HIGH), x));
  }

  private static FloatVector series(FloatVector r, VectorSpecies<Float> species) {
    return FloatVector.broadcast(species, Exponential.Q4)
        .fma(r, FloatVector.broadcast(species, Exponential.Q3))
        .fma(r, FloatVector.broadcast(species, Exponential.Q2))
        .fma(r, FloatVector.broadcast(species, Exponential.Q1))
        .fma(r, FloatVector.broadcast(species, Exponential.Q0));
  }

  private static IntVector exponent(FloatVector shifted) {
    return shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, Exponential.MANTISSA_BITS);
  }

  /// [LogOnePlus#softplus] of each lane.
  static FloatVector softplus(FloatVector x, VectorSpecies<Float> species) {
    FloatVector e = of(x.abs().neg(), species);
    FloatVector s = e.div(e.add(2));
    FloatVector z = s.mul(s);
    FloatVector series =
        FloatVector.broadcast(species, LogOnePlus.S6)
            .fma(z, FloatVector.broadcast(species, LogOnePlus.S5))
            .fma(z, FloatVector.broadcast(species, LogOnePlus.S4))
            .fma(z, FloatVector.broadcast(species, LogOnePlus.S3))
            .fma(z, FloatVector.broadcast(species, LogOnePlus.S2))
            .fma(z, FloatVector.broadcast(species, LogOnePlus.S1));
    FloatVector twice = s.add(s);
    FloatVector positive = FloatVector.zero(species).blend(x, x.compare(VectorOperators.GT, 0));
    return positive.add(twice.mul(z).fma(series, twice));
  }
}
