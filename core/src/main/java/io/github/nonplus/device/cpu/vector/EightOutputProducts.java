package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.PanelProducts;
import io.github.nonplus.device.cpu.Products;
import io.github.nonplus.device.cpu.Tiles;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Products for processors with 32 vector registers: the sums of 8 outputs for 2 vectors of tokens
/// stay in registers, with 2 vectors of activations and the weights that the compiler loads ahead.
final class EightOutputProducts implements Products {
  private static final VectorSpecies<Float> SPECIES = Specialized.species(MethodHandles.lookup());
  private static final int LENGTH = SPECIES.length();
  private static final int STRIP = 2 * LENGTH;
  static final int OUTPUTS = 8;
  private static final int KEYS = 4;

  /// Where the sums of a tile begin that do not go on.
  private static final float[] ZEROS = new float[OUTPUTS * STRIP];

  @Override
  public int tileOutputs() {
    return OUTPUTS;
  }

  /// Whole tiles and whole vectors of inputs by permutations, the rest number by number.
  @Override
  public void pack(
      float[] rows,
      int at,
      int stride,
      int count,
      int inputs,
      float[] tiles,
      int tilesAt,
      int depth,
      int k) {
    int whole = LENGTH == EightRows.LENGTH ? count / OUTPUTS * OUTPUTS : 0;
    int packed = 0;
    for (int n = 0; n < whole; n += OUTPUTS) {
      int to = tilesAt + n * depth + k * OUTPUTS;
      packed = EightRows.pack(rows, at + n * stride, stride, inputs, tiles, to);
    }
    if (packed < inputs) {
      int left = inputs - packed;
      Tiles.pack(
          rows, at + packed, stride, whole, left, OUTPUTS, tiles, tilesAt, depth, k + packed);
    }
    int from = at + whole * stride;
    int to = tilesAt + whole * depth;
    Tiles.pack(rows, from, stride, count - whole, inputs, OUTPUTS, tiles, to, depth, k);
  }

  @Override
  public void multiply(
      float[] tiles,
      int tilesAt,
      int depth,
      int outputs,
      float[] x,
      int xAt,
      int inputs,
      boolean goesOn,
      float[] out,
      int outAt) {
    float[] sums = goesOn ? out : ZEROS;
    for (int n = 0; n < outputs; n += OUTPUTS) {
      int to = outAt + n * STRIP;
      tile(tiles, tilesAt + n * depth, x, xAt, inputs, sums, goesOn ? to : 0, out, to);
    }
  }

  /// One vector of tokens, where that is enough.
  @Override
  public PanelProducts ofTokens(int from, int to) {
    if (to <= LENGTH) {
      return EightOutputProducts::halves;
    }
    if (from < LENGTH) {
      return this;
    }
    return (tiles, tilesAt, depth, outputs, x, xAt, inputs, goesOn, out, outAt) ->
        halves(
            tiles, tilesAt, depth, outputs, x, xAt + LENGTH, inputs, goesOn, out, outAt + LENGTH);
  }

  /// [#multiply] for the one vector of tokens that begins at `xAt` and `outAt`.
  private static void halves(
      float[] tiles,
      int tilesAt,
      int depth,
      int outputs,
      float[] x,
      int xAt,
      int inputs,
      boolean goesOn,
      float[] out,
      int outAt) {
    float[] sums = goesOn ? out : ZEROS;
    for (int n = 0; n < outputs; n += OUTPUTS) {
      int to = outAt + n * STRIP;
      half(tiles, tilesAt + n * depth, x, xAt, inputs, sums, goesOn ? to : 0, out, to);
    }
  }

  @Override
  public void multiplyStrip(
      float[] strip, int stripAt, float[] x, int xAt, int inputs, float[] out, int outAt) {
    for (int n = 0; n < STRIP; n += KEYS) {
      keys(strip, stripAt + n, x, xAt, inputs, out, outAt + n * STRIP);
    }
  }

  /// A tile's outputs for one strip. Flat on purpose: calls and loops would keep the sums out of
  /// registers. One index, of the weights, is all that the loop counts; where the activations are
  /// follows from it, because a second counter costs operations that the sums need.
  ///
  /// @param sums what the sums go on from, as `out` holds them
  private static void tile(
      float[] w,
      int at,
      float[] x,
      int xAt,
      int inputs,
      float[] sums,
      int sumsAt,
      float[] out,
      int outAt) {
    FloatVector sum0a = FloatVector.fromArray(SPECIES, sums, sumsAt);
    FloatVector sum0b = FloatVector.fromArray(SPECIES, sums, sumsAt + LENGTH);
    FloatVector sum1a = FloatVector.fromArray(SPECIES, sums, sumsAt + STRIP);
    FloatVector sum1b = FloatVector.fromArray(SPECIES, sums, sumsAt + STRIP + LENGTH);
    FloatVector sum2a = FloatVector.fromArray(SPECIES, sums, sumsAt + 2 * STRIP);
    FloatVector sum2b = FloatVector.fromArray(SPECIES, sums, sumsAt + 2 * STRIP + LENGTH);
    FloatVector sum3a = FloatVector.fromArray(SPECIES, sums, sumsAt + 3 * STRIP);
    FloatVector sum3b = FloatVector.fromArray(SPECIES, sums, sumsAt + 3 * STRIP + LENGTH);
    FloatVector sum4a = FloatVector.fromArray(SPECIES, sums, sumsAt + 4 * STRIP);
    FloatVector sum4b = FloatVector.fromArray(SPECIES, sums, sumsAt + 4 * STRIP + LENGTH);
    FloatVector sum5a = FloatVector.fromArray(SPECIES, sums, sumsAt + 5 * STRIP);
    FloatVector sum5b = FloatVector.fromArray(SPECIES, sums, sumsAt + 5 * STRIP + LENGTH);
    FloatVector sum6a = FloatVector.fromArray(SPECIES, sums, sumsAt + 6 * STRIP);
    FloatVector sum6b = FloatVector.fromArray(SPECIES, sums, sumsAt + 6 * STRIP + LENGTH);
    FloatVector sum7a = FloatVector.fromArray(SPECIES, sums, sumsAt + 7 * STRIP);
    FloatVector sum7b = FloatVector.fromArray(SPECIES, sums, sumsAt + 7 * STRIP + LENGTH);
    int end = at + inputs * OUTPUTS;
    int ahead = xAt - at * (STRIP / OUTPUTS);
    for (int n = at; n < end; n += OUTPUTS) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, ahead + n * (STRIP / OUTPUTS));
      FloatVector b = FloatVector.fromArray(SPECIES, x, ahead + n * (STRIP / OUTPUTS) + LENGTH);
      FloatVector factor = FloatVector.broadcast(SPECIES, w[n]);
      sum0a = factor.fma(a, sum0a);
      sum0b = factor.fma(b, sum0b);
      factor = FloatVector.broadcast(SPECIES, w[n + 1]);
      sum1a = factor.fma(a, sum1a);
      sum1b = factor.fma(b, sum1b);
      factor = FloatVector.broadcast(SPECIES, w[n + 2]);
      sum2a = factor.fma(a, sum2a);
      sum2b = factor.fma(b, sum2b);
      factor = FloatVector.broadcast(SPECIES, w[n + 3]);
      sum3a = factor.fma(a, sum3a);
      sum3b = factor.fma(b, sum3b);
      factor = FloatVector.broadcast(SPECIES, w[n + 4]);
      sum4a = factor.fma(a, sum4a);
      sum4b = factor.fma(b, sum4b);
      factor = FloatVector.broadcast(SPECIES, w[n + 5]);
      sum5a = factor.fma(a, sum5a);
      sum5b = factor.fma(b, sum5b);
      factor = FloatVector.broadcast(SPECIES, w[n + 6]);
      sum6a = factor.fma(a, sum6a);
      sum6b = factor.fma(b, sum6b);
      factor = FloatVector.broadcast(SPECIES, w[n + 7]);
      sum7a = factor.fma(a, sum7a);
      sum7b = factor.fma(b, sum7b);
    }
    sum0a.intoArray(out, outAt);
    sum0b.intoArray(out, outAt + LENGTH);
    sum1a.intoArray(out, outAt + STRIP);
    sum1b.intoArray(out, outAt + STRIP + LENGTH);
    sum2a.intoArray(out, outAt + 2 * STRIP);
    sum2b.intoArray(out, outAt + 2 * STRIP + LENGTH);
    sum3a.intoArray(out, outAt + 3 * STRIP);
    sum3b.intoArray(out, outAt + 3 * STRIP + LENGTH);
    sum4a.intoArray(out, outAt + 4 * STRIP);
    sum4b.intoArray(out, outAt + 4 * STRIP + LENGTH);
    sum5a.intoArray(out, outAt + 5 * STRIP);
    sum5b.intoArray(out, outAt + 5 * STRIP + LENGTH);
    sum6a.intoArray(out, outAt + 6 * STRIP);
    sum6b.intoArray(out, outAt + 6 * STRIP + LENGTH);
    sum7a.intoArray(out, outAt + 7 * STRIP);
    sum7b.intoArray(out, outAt + 7 * STRIP + LENGTH);
  }

  /// A tile's outputs for one vector of tokens: each weight comes from memory for one sum only, so
  /// it takes a little more than half the time of two.
  private static void half(
      float[] w,
      int at,
      float[] x,
      int xAt,
      int inputs,
      float[] sums,
      int sumsAt,
      float[] out,
      int outAt) {
    FloatVector sum0 = FloatVector.fromArray(SPECIES, sums, sumsAt);
    FloatVector sum1 = FloatVector.fromArray(SPECIES, sums, sumsAt + STRIP);
    FloatVector sum2 = FloatVector.fromArray(SPECIES, sums, sumsAt + 2 * STRIP);
    FloatVector sum3 = FloatVector.fromArray(SPECIES, sums, sumsAt + 3 * STRIP);
    FloatVector sum4 = FloatVector.fromArray(SPECIES, sums, sumsAt + 4 * STRIP);
    FloatVector sum5 = FloatVector.fromArray(SPECIES, sums, sumsAt + 5 * STRIP);
    FloatVector sum6 = FloatVector.fromArray(SPECIES, sums, sumsAt + 6 * STRIP);
    FloatVector sum7 = FloatVector.fromArray(SPECIES, sums, sumsAt + 7 * STRIP);
    int end = at + inputs * OUTPUTS;
    int ahead = xAt - at * (STRIP / OUTPUTS);
    for (int n = at; n < end; n += OUTPUTS) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, ahead + n * (STRIP / OUTPUTS));
      sum0 = FloatVector.broadcast(SPECIES, w[n]).fma(a, sum0);
      sum1 = FloatVector.broadcast(SPECIES, w[n + 1]).fma(a, sum1);
      sum2 = FloatVector.broadcast(SPECIES, w[n + 2]).fma(a, sum2);
      sum3 = FloatVector.broadcast(SPECIES, w[n + 3]).fma(a, sum3);
      sum4 = FloatVector.broadcast(SPECIES, w[n + 4]).fma(a, sum4);
      sum5 = FloatVector.broadcast(SPECIES, w[n + 5]).fma(a, sum5);
      sum6 = FloatVector.broadcast(SPECIES, w[n + 6]).fma(a, sum6);
      sum7 = FloatVector.broadcast(SPECIES, w[n + 7]).fma(a, sum7);
    }
    sum0.intoArray(out, outAt);
    sum1.intoArray(out, outAt + STRIP);
    sum2.intoArray(out, outAt + 2 * STRIP);
    sum3.intoArray(out, outAt + 3 * STRIP);
    sum4.intoArray(out, outAt + 4 * STRIP);
    sum5.intoArray(out, outAt + 5 * STRIP);
    sum6.intoArray(out, outAt + 6 * STRIP);
    sum7.intoArray(out, outAt + 7 * STRIP);
  }

  /// Four outputs whose weights lie side by side in a strip.
  private static void keys(
      float[] strip, int at, float[] x, int xAt, int inputs, float[] out, int outAt) {
    FloatVector sum0a = FloatVector.zero(SPECIES);
    FloatVector sum0b = sum0a;
    FloatVector sum1a = FloatVector.zero(SPECIES);
    FloatVector sum1b = sum1a;
    FloatVector sum2a = FloatVector.zero(SPECIES);
    FloatVector sum2b = sum2a;
    FloatVector sum3a = FloatVector.zero(SPECIES);
    FloatVector sum3b = sum3a;
    int end = at + inputs * STRIP;
    int ahead = xAt - at;
    for (int n = at; n < end; n += STRIP) {
      FloatVector a = FloatVector.fromArray(SPECIES, x, ahead + n);
      FloatVector b = FloatVector.fromArray(SPECIES, x, ahead + n + LENGTH);
      FloatVector factor = FloatVector.broadcast(SPECIES, strip[n]);
      sum0a = factor.fma(a, sum0a);
      sum0b = factor.fma(b, sum0b);
      factor = FloatVector.broadcast(SPECIES, strip[n + 1]);
      sum1a = factor.fma(a, sum1a);
      sum1b = factor.fma(b, sum1b);
      factor = FloatVector.broadcast(SPECIES, strip[n + 2]);
      sum2a = factor.fma(a, sum2a);
      sum2b = factor.fma(b, sum2b);
      factor = FloatVector.broadcast(SPECIES, strip[n + 3]);
      sum3a = factor.fma(a, sum3a);
      sum3b = factor.fma(b, sum3b);
    }
    sum0a.intoArray(out, outAt);
    sum0b.intoArray(out, outAt + LENGTH);
    sum1a.intoArray(out, outAt + STRIP);
    sum1b.intoArray(out, outAt + STRIP + LENGTH);
    sum2a.intoArray(out, outAt + 2 * STRIP);
    sum2b.intoArray(out, outAt + 2 * STRIP + LENGTH);
    sum3a.intoArray(out, outAt + 3 * STRIP);
    sum3b.intoArray(out, outAt + 3 * STRIP + LENGTH);
  }
}
