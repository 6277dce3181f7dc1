package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.Products;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Products for processors with 16 vector registers: the sums of 4 outputs for 2 vectors of tokens
/// stay in registers, with 2 vectors of activations and the 4 weights, which the compiler may load
/// all ahead. Eight chains of sums are what two units of four cycles' latency need. A fifth output
/// would be a few percent faster where the compiler orders the loop well, and half as fast where it
/// does not: it then keeps a sum in memory.
final class FourOutputProducts implements Products {
  private static final VectorSpecies<Float> SPECIES = Specialized.species(MethodHandles.lookup());
  private static final int LENGTH = SPECIES.length();
  private static final int STRIP = 2 * LENGTH;
  static final int OUTPUTS = 4;
  private static final int KEYS = 4;

  /// Where the sums of a tile begin that do not go on.
  private static final float[] ZEROS = new float[OUTPUTS * STRIP];

  @Override
  public int tileOutputs() {
    return OUTPUTS;
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
