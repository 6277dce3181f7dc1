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

  /// Vectors whose sums are in registers together, so that one need not wait for its own.
  private static final int TOGETHER = 4;

  @Override
  public void remember(
      float[] state,
      int stateAt,
      int rows,
      int columns,
      float[] kept,
      float[] faded,
      float[] key,
      float[] query,
      int rowAt,
      float[] value,
      int valueAt,
      float step,
      boolean corrects,
      float[] out,
      int outAt) {
    int c = 0;
    float[] change = new float[TOGETHER * LENGTH];
    for (; c + TOGETHER * LENGTH <= columns; c += TOGETHER * LENGTH) {
      if (corrects) {
        recall(state, stateAt + c, rows, columns, faded, rowAt, change);
      }
      for (int i = 0; i < change.length; i += LENGTH) {
        change(value, valueAt + c + i, step, corrects, change, i);
      }
      learn(state, stateAt + c, rows, columns, kept, key, query, rowAt, change, out, outAt + c);
    }
    for (; c < columns; c += LENGTH) {
      FloatVector recalled = FloatVector.zero(SPECIES);
      for (int i = 0; corrects && i < rows; i++) {
        recalled =
            FloatVector.fromArray(SPECIES, state, stateAt + i * columns + c)
                .fma(FloatVector.broadcast(SPECIES, faded[rowAt + i]), recalled);
      }
      FloatVector own = FloatVector.fromArray(SPECIES, value, valueAt + c).sub(recalled).mul(step);
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = 0; i < rows; i++) {
        int at = stateAt + i * columns + c;
        FloatVector s = FloatVector.fromArray(SPECIES, state, at).mul(kept[rowAt + i]);
        s = own.fma(FloatVector.broadcast(SPECIES, key[rowAt + i]), s);
        s.intoArray(state, at);
        sum = s.fma(FloatVector.broadcast(SPECIES, query[rowAt + i]), sum);
      }
      sum.intoArray(out, outAt + c);
    }
  }

  /// step · (value − what is there), or of the value alone.
  private static void change(
      float[] value, int valueAt, float step, boolean corrects, float[] change, int at) {
    FloatVector v = FloatVector.fromArray(SPECIES, value, valueAt);
    (corrects ? v.sub(FloatVector.fromArray(SPECIES, change, at)) : v.sub(0))
        .mul(step)
        .intoArray(change, at);
  }

  /// What four vectors of columns remember. Flat, as products are, to keep sums in registers.
  private static void recall(
      float[] state, int at, int rows, int columns, float[] faded, int rowAt, float[] recalled) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    int s = at;
    for (int i = rowAt; i < rowAt + rows; i++) {
      FloatVector factor = FloatVector.broadcast(SPECIES, faded[i]);
      sum0 = FloatVector.fromArray(SPECIES, state, s).fma(factor, sum0);
      sum1 = FloatVector.fromArray(SPECIES, state, s + LENGTH).fma(factor, sum1);
      sum2 = FloatVector.fromArray(SPECIES, state, s + 2 * LENGTH).fma(factor, sum2);
      sum3 = FloatVector.fromArray(SPECIES, state, s + 3 * LENGTH).fma(factor, sum3);
      s += columns;
    }
    sum0.intoArray(recalled, 0);
    sum1.intoArray(recalled, LENGTH);
    sum2.intoArray(recalled, 2 * LENGTH);
    sum3.intoArray(recalled, 3 * LENGTH);
  }

  /// Changes four vectors of columns, and reads from them.
  private static void learn(
      float[] state,
      int at,
      int rows,
      int columns,
      float[] kept,
      float[] key,
      float[] query,
      int rowAt,
      float[] change,
      float[] out,
      int outAt) {
    FloatVector change0 = FloatVector.fromArray(SPECIES, change, 0);
    FloatVector change1 = FloatVector.fromArray(SPECIES, change, LENGTH);
    FloatVector change2 = FloatVector.fromArray(SPECIES, change, 2 * LENGTH);
    FloatVector change3 = FloatVector.fromArray(SPECIES, change, 3 * LENGTH);
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    int s = at;
    for (int i = rowAt; i < rowAt + rows; i++) {
      FloatVector keep = FloatVector.broadcast(SPECIES, kept[i]);
      FloatVector learnt = FloatVector.broadcast(SPECIES, key[i]);
      FloatVector asked = FloatVector.broadcast(SPECIES, query[i]);
      FloatVector s0 = learnt.fma(change0, FloatVector.fromArray(SPECIES, state, s).mul(keep));
      FloatVector s1 =
          learnt.fma(change1, FloatVector.fromArray(SPECIES, state, s + LENGTH).mul(keep));
      FloatVector s2 =
          learnt.fma(change2, FloatVector.fromArray(SPECIES, state, s + 2 * LENGTH).mul(keep));
      FloatVector s3 =
          learnt.fma(change3, FloatVector.fromArray(SPECIES, state, s + 3 * LENGTH).mul(keep));
      s0.intoArray(state, s);
      s1.intoArray(state, s + LENGTH);
      s2.intoArray(state, s + 2 * LENGTH);
      s3.intoArray(state, s + 3 * LENGTH);
      sum0 = asked.fma(s0, sum0);
      sum1 = asked.fma(s1, sum1);
      sum2 = asked.fma(s2, sum2);
      sum3 = asked.fma(s3, sum3);
      s += columns;
    }
    sum0.intoArray(out, outAt);
    sum1.intoArray(out, outAt + LENGTH);
    sum2.intoArray(out, outAt + 2 * LENGTH);
    sum3.intoArray(out, outAt + 3 * LENGTH);
  }

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
