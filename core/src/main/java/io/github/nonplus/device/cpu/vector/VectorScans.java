package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.Scans;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Recurrences, a vector of columns at a time.
final class VectorScans implements Scans {
  private static final VectorSpecies<Float> SPECIES = Specialized.species(MethodHandles.lookup());
  private static final int LENGTH = SPECIES.length();

  @Override
  public void select(
      float[] state,
      int states,
      int columns,
      float[] factors,
      float[] skip,
      float[] x,
      float[] step,
      int at,
      float[] keys,
      float[] queries,
      int keyAt,
      float[] out) {
    for (int c = 0; c < columns; c += LENGTH) {
      FloatVector dt = FloatVector.fromArray(SPECIES, step, at + c);
      FloatVector own = FloatVector.fromArray(SPECIES, x, at + c);
      FloatVector input = dt.mul(own);
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int n = 0; n < states; n++) {
        int i = n * columns + c;
        FloatVector kept =
            VectorExponential.of(dt.mul(FloatVector.fromArray(SPECIES, factors, i)), SPECIES)
                .mul(FloatVector.fromArray(SPECIES, state, i));
        FloatVector s = input.fma(FloatVector.broadcast(SPECIES, keys[keyAt + n]), kept);
        s.intoArray(state, i);
        sum = s.fma(FloatVector.broadcast(SPECIES, queries[keyAt + n]), sum);
      }
      FloatVector.fromArray(SPECIES, skip, c).fma(own, sum).intoArray(out, at + c);
    }
  }

  @Override
  public void gate(
      float[] state,
      int columns,
      float[] factors,
      boolean isFirst,
      float[] x,
      float[] gate,
      float[] recurrence,
      int at,
      float[] out) {
    for (int c = 0; c < columns; c += LENGTH) {
      FloatVector s =
          FloatVector.fromArray(SPECIES, gate, at + c)
              .mul(FloatVector.fromArray(SPECIES, x, at + c));
      if (!isFirst) {
        FloatVector log =
            FloatVector.fromArray(SPECIES, recurrence, at + c)
                .mul(FloatVector.fromArray(SPECIES, factors, c));
        FloatVector weight =
            VectorExponential.minusOne(log.add(log), SPECIES).neg().lanewise(VectorOperators.SQRT);
        s =
            VectorExponential.of(log, SPECIES)
                .fma(FloatVector.fromArray(SPECIES, state, c), s.mul(weight));
      }
      s.intoArray(state, c);
      s.intoArray(out, at + c);
    }
  }

  @Override
  public void weigh(
      float[] state,
      int columns,
      float[] factors,
      float[] first,
      float[] key,
      float[] value,
      int at,
      float[] out) {
    for (int c = 0; c < columns; c += LENGTH) {
      FloatVector k = FloatVector.fromArray(SPECIES, key, at + c);
      FloatVector v = FloatVector.fromArray(SPECIES, value, at + c);
      FloatVector values = FloatVector.fromArray(SPECIES, state, c);
      FloatVector weights = FloatVector.fromArray(SPECIES, state, columns + c);
      FloatVector before = FloatVector.fromArray(SPECIES, state, 2 * columns + c);
      FloatVector own = FloatVector.fromArray(SPECIES, first, c).add(k);
      FloatVector most = own.blend(before, before.compare(VectorOperators.GT, own));
      FloatVector a = VectorExponential.of(before.sub(most), SPECIES);
      FloatVector b = VectorExponential.of(own.sub(most), SPECIES);
      b.fma(v, a.mul(values)).div(a.fma(weights, b)).intoArray(out, at + c);
      FloatVector faded = before.add(FloatVector.fromArray(SPECIES, factors, c));
      most = k.blend(faded, faded.compare(VectorOperators.GT, k));
      a = VectorExponential.of(faded.sub(most), SPECIES);
      b = VectorExponential.of(k.sub(most), SPECIES);
      b.fma(v, a.mul(values)).intoArray(state, c);
      a.fma(weights, b).intoArray(state, columns + c);
      most.intoArray(state, 2 * columns + c);
    }
  }
}
