package io.github.nonplus.weights;

/// One input at a time of some outputs side by side: codes in words, and for each output the zero
/// point and the scale of its group. A weight is
///
///     (code − zero) · scale
///
/// each step rounded to float32 and the product to [#rounding]. It belongs to one thread.
public abstract class InputCodes {
  /// The type that weights are rounded to.
  public final ElementType rounding;

  /// Bits of a code.
  public final int mask;

  /// A word of each output.
  public int[] words;

  /// Where in its word a code begins.
  public int shift;

  public final float[] zeros;
  public final float[] scales;

  /// Where the zero point and the scale of the first output are.
  public int at;

  protected InputCodes(ElementType rounding, int bits, float[] zeros, float[] scales) {
    this.rounding = rounding;
    this.mask = (1 << bits) - 1;
    this.zeros = zeros;
    this.scales = scales;
  }

  /// Goes to an input, which is no smaller than the one before.
  public abstract void seek(int column);

  /// Writes the first `count` weights: the definition.
  public void compose(int count, float[] target, int offset) {
    for (int n = 0; n < count; n++) {
      float code = words[n] >>> shift & mask;
      target[offset + n] = rounding.rounded((code - zeros[at + n]) * scales[at + n]);
    }
  }
}
