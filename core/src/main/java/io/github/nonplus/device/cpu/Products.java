package io.github.nonplus.device.cpu;

/// Products of a matrix with one strip of activations. Each is a sum over the inputs, ascending, by
/// one fused multiply-add for each, beginning with 0.
///
/// Both forms read input k of the strip's tokens, side by side, at xAt + k · strip width, and write
/// output n of its tokens at outAt + n · strip width.
public interface Products {
  /// Outputs whose sums are in registers together. Their weights lie in tiles, in which the same
  /// input's weights are side by side.
  int tileOutputs();

  /// Packs inputs `k`… of `count` outputs into [Tiles].
  ///
  /// @param rows weights, output n's at at + n · stride, those of `inputs` inputs side by side
  /// @param tilesAt where the first tile begins
  /// @param depth inputs of the panel
  default void pack(
      float[] rows,
      int at,
      int stride,
      int count,
      int inputs,
      float[] tiles,
      int tilesAt,
      int depth,
      int k) {
    Tiles.pack(rows, at, stride, count, inputs, tileOutputs(), tiles, tilesAt, depth, k);
  }

  /// Products with `inputs` inputs of a panel: weight (n, k) at tilesAt + (n − n mod T) · depth + k
  /// · T + n mod T, with T = [#tileOutputs]. Whole tiles are computed, so `out` has room for
  /// `outputs` rounded up; what it then holds beyond `outputs` is of no use.
  ///
  /// @param depth inputs from one tile to the next
  /// @param goesOn whether sums go on from what `out` holds, or begin with 0
  void multiply(
      float[] tiles,
      int tilesAt,
      int depth,
      int outputs,
      float[] x,
      int xAt,
      int inputs,
      boolean goesOn,
      float[] out,
      int outAt);

  /// Products with a matrix that is a strip itself, as the keys of attention are: it has as many
  /// outputs as a strip has tokens, weight (n, k) at stripAt + k · strip width + n.
  void multiplyStrip(
      float[] strip, int stripAt, float[] x, int xAt, int inputs, float[] out, int outAt);
}
