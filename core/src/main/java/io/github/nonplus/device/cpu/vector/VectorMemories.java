package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.Memories;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Memories, some vectors of columns at a time. Flat, as products are, to keep sums in registers.
final class VectorMemories implements Memories {
  private static final VectorSpecies<Float> SPECIES = Specialized.species(MethodHandles.lookup());
  private static final int LENGTH = SPECIES.length();

  /// Vectors of columns that a memory that corrects has in registers together, so that no sum waits
  /// for its own.
  private static final int TOGETHER = 4;

  /// Vectors of columns, and tokens, that another memory has: a number of its state is loaded and
  /// stored once for these tokens.
  private static final int BESIDE = 2;

  private static final int TOKENS = 4;

  @Override
  public void remember(
      float[] state, int stateAt, int columns, int column, Tokens tokens, boolean corrects) {
    int c = 0;
    int together = (corrects ? TOGETHER : BESIDE) * LENGTH;
    for (; c + together <= columns; c += together) {
      if (corrects) {
        correct(state, stateAt + c, columns, column + c, tokens);
      } else {
        append(state, stateAt + c, columns, column + c, tokens);
      }
    }
    for (; c < columns; c += LENGTH) {
      for (int t = 0; t < tokens.count(); t++) {
        remember(state, stateAt + c, columns, column + c, tokens, t, corrects);
      }
    }
  }

  /// One token, one vector of columns.
  private static void remember(
      float[] state, int stateAt, int columns, int column, Tokens tokens, int t, boolean corrects) {
    float[] kept = tokens.kept();
    float[] faded = tokens.faded();
    float[] key = tokens.key();
    float[] query = tokens.query();
    int rows = tokens.rows();
    int row = t * rows;
    int keyRow = tokens.keyAt() + t * tokens.keyStride();
    int at = t * tokens.width() + column;
    FloatVector recalled = FloatVector.zero(SPECIES);
    int s = stateAt;
    for (int i = 0; corrects && i < rows; i++) {
      recalled =
          FloatVector.fromArray(SPECIES, state, s)
              .fma(FloatVector.broadcast(SPECIES, faded[row + i]), recalled);
      s += columns;
    }
    FloatVector change =
        FloatVector.fromArray(SPECIES, tokens.value(), at).sub(recalled).mul(tokens.step()[t]);
    FloatVector sum = FloatVector.zero(SPECIES);
    s = stateAt;
    for (int i = 0; i < rows; i++) {
      FloatVector changed =
          FloatVector.broadcast(SPECIES, key[keyRow + i])
              .fma(change, FloatVector.fromArray(SPECIES, state, s).mul(kept[row + i]));
      changed.intoArray(state, s);
      sum = changed.fma(FloatVector.broadcast(SPECIES, query[keyRow + i]), sum);
      s += columns;
    }
    sum.intoArray(tokens.out(), at);
  }

  /// Two vectors of columns of a memory that does not correct: what a token adds is known before
  /// the state is, so four tokens pass over each row while it is in registers.
  private static void append(float[] state, int stateAt, int columns, int column, Tokens tokens) {
    int t = 0;
    for (; t + TOKENS <= tokens.count(); t += TOKENS) {
      appendFour(
          state,
          stateAt,
          columns,
          tokens.kept(),
          tokens.key(),
          tokens.query(),
          t * tokens.rows(),
          tokens.rows(),
          tokens.keyAt() + t * tokens.keyStride(),
          tokens.keyStride(),
          tokens.value(),
          t * tokens.width() + column,
          tokens.width(),
          tokens.step(),
          t,
          tokens.out());
    }
    for (; t < tokens.count(); t++) {
      remember(state, stateAt, columns, column, tokens, t, false);
      remember(state, stateAt + LENGTH, columns, column + LENGTH, tokens, t, false);
    }
  }

  private static void appendFour(
      float[] state,
      int stateAt,
      int columns,
      float[] kept,
      float[] key,
      float[] query,
      int row,
      int rows,
      int keyRow,
      int keyStride,
      float[] value,
      int at,
      int width,
      float[] step,
      int token,
      float[] out) {
    int at1 = at + width;
    int at2 = at1 + width;
    int at3 = at2 + width;
    FloatVector added00 = FloatVector.fromArray(SPECIES, value, at).mul(step[token]);
    FloatVector added01 = FloatVector.fromArray(SPECIES, value, at + LENGTH).mul(step[token]);
    FloatVector added10 = FloatVector.fromArray(SPECIES, value, at1).mul(step[token + 1]);
    FloatVector added11 = FloatVector.fromArray(SPECIES, value, at1 + LENGTH).mul(step[token + 1]);
    FloatVector added20 = FloatVector.fromArray(SPECIES, value, at2).mul(step[token + 2]);
    FloatVector added21 = FloatVector.fromArray(SPECIES, value, at2 + LENGTH).mul(step[token + 2]);
    FloatVector added30 = FloatVector.fromArray(SPECIES, value, at3).mul(step[token + 3]);
    FloatVector added31 = FloatVector.fromArray(SPECIES, value, at3 + LENGTH).mul(step[token + 3]);
    FloatVector sum00 = FloatVector.zero(SPECIES);
    FloatVector sum01 = sum00;
    FloatVector sum10 = sum00;
    FloatVector sum11 = sum00;
    FloatVector sum20 = sum00;
    FloatVector sum21 = sum00;
    FloatVector sum30 = sum00;
    FloatVector sum31 = sum00;
    int s = stateAt;
    for (int i = 0; i < rows; i++) {
      int k = row + i;
      int j = keyRow + i;
      FloatVector learnt = FloatVector.broadcast(SPECIES, key[j]);
      FloatVector asked = FloatVector.broadcast(SPECIES, query[j]);
      FloatVector s00 = learnt.fma(added00, FloatVector.fromArray(SPECIES, state, s).mul(kept[k]));
      FloatVector s01 =
          learnt.fma(added01, FloatVector.fromArray(SPECIES, state, s + LENGTH).mul(kept[k]));
      sum00 = asked.fma(s00, sum00);
      sum01 = asked.fma(s01, sum01);
      k += rows;
      j += keyStride;
      learnt = FloatVector.broadcast(SPECIES, key[j]);
      asked = FloatVector.broadcast(SPECIES, query[j]);
      FloatVector s10 = learnt.fma(added10, s00.mul(kept[k]));
      FloatVector s11 = learnt.fma(added11, s01.mul(kept[k]));
      sum10 = asked.fma(s10, sum10);
      sum11 = asked.fma(s11, sum11);
      k += rows;
      j += keyStride;
      learnt = FloatVector.broadcast(SPECIES, key[j]);
      asked = FloatVector.broadcast(SPECIES, query[j]);
      FloatVector s20 = learnt.fma(added20, s10.mul(kept[k]));
      FloatVector s21 = learnt.fma(added21, s11.mul(kept[k]));
      sum20 = asked.fma(s20, sum20);
      sum21 = asked.fma(s21, sum21);
      k += rows;
      j += keyStride;
      learnt = FloatVector.broadcast(SPECIES, key[j]);
      asked = FloatVector.broadcast(SPECIES, query[j]);
      FloatVector s30 = learnt.fma(added30, s20.mul(kept[k]));
      FloatVector s31 = learnt.fma(added31, s21.mul(kept[k]));
      sum30 = asked.fma(s30, sum30);
      sum31 = asked.fma(s31, sum31);
      s30.intoArray(state, s);
      s31.intoArray(state, s + LENGTH);
      s += columns;
    }
    sum00.intoArray(out, at);
    sum01.intoArray(out, at + LENGTH);
    sum10.intoArray(out, at1);
    sum11.intoArray(out, at1 + LENGTH);
    sum20.intoArray(out, at2);
    sum21.intoArray(out, at2 + LENGTH);
    sum30.intoArray(out, at3);
    sum31.intoArray(out, at3 + LENGTH);
  }

  /// Four vectors of columns of a memory that corrects: what a token changes is known once all rows
  /// are read. The pass that changes them reads them for the next token, too.
  private static void correct(float[] state, int stateAt, int columns, int column, Tokens tokens) {
    int rows = tokens.rows();
    float[] change = new float[TOGETHER * LENGTH];
    recall(state, stateAt, rows, columns, tokens.faded(), 0, change);
    for (int t = 0; t < tokens.count(); t++) {
      int at = t * tokens.width() + column;
      for (int i = 0; i < change.length; i += LENGTH) {
        FloatVector.fromArray(SPECIES, tokens.value(), at + i)
            .sub(FloatVector.fromArray(SPECIES, change, i))
            .mul(tokens.step()[t])
            .intoArray(change, i);
      }
      // After the last token the same row is read again, to no purpose.
      int next = Math.min(t + 1, tokens.count() - 1) * rows;
      learn(
          state,
          stateAt,
          rows,
          columns,
          tokens.kept(),
          tokens.key(),
          tokens.query(),
          t * rows,
          tokens.keyAt() + t * tokens.keyStride(),
          tokens.faded(),
          next,
          change,
          tokens.out(),
          at);
    }
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

  /// Changes four vectors of columns, reads from them, and recalls what the next token needs.
  ///
  /// @param change what is added, and then what is recalled
  private static void learn(
      float[] state,
      int at,
      int rows,
      int columns,
      float[] kept,
      float[] key,
      float[] query,
      int rowAt,
      int keyAt,
      float[] faded,
      int nextAt,
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
    FloatVector next0 = sum0;
    FloatVector next1 = sum0;
    FloatVector next2 = sum0;
    FloatVector next3 = sum0;
    int s = at;
    for (int i = 0; i < rows; i++) {
      FloatVector keep = FloatVector.broadcast(SPECIES, kept[rowAt + i]);
      FloatVector learnt = FloatVector.broadcast(SPECIES, key[keyAt + i]);
      FloatVector asked = FloatVector.broadcast(SPECIES, query[keyAt + i]);
      FloatVector factor = FloatVector.broadcast(SPECIES, faded[nextAt + i]);
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
      next0 = factor.fma(s0, next0);
      next1 = factor.fma(s1, next1);
      next2 = factor.fma(s2, next2);
      next3 = factor.fma(s3, next3);
      s += columns;
    }
    sum0.intoArray(out, outAt);
    sum1.intoArray(out, outAt + LENGTH);
    sum2.intoArray(out, outAt + 2 * LENGTH);
    sum3.intoArray(out, outAt + 3 * LENGTH);
    next0.intoArray(change, 0);
    next1.intoArray(change, LENGTH);
    next2.intoArray(change, 2 * LENGTH);
    next3.intoArray(change, 3 * LENGTH);
  }
}
