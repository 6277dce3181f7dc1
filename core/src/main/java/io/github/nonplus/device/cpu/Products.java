package io.github.nonplus.device.cpu;

/// Products of a matrix with one strip of activations. Each is a sum over the inputs, ascending, by
/// one fused multiply-add for each, beginning with 0.
///
/// Both forms read and write strips as [PanelProducts] does.
public interface Products extends PanelProducts {
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

  /// Products that suffice where of a strip's tokens only `from` to `to` are wanted: they may do
  /// less, and what they write for the others may be anything.
  default PanelProducts ofTokens(int from, int to) {
    return this;
  }

  /// Products with a matrix that is a strip itself, as the keys of attention are: it has as many
  /// outputs as a strip has tokens, weight (n, k) at stripAt + k · strip width + n.
  void multiplyStrip(
      float[] strip, int stripAt, float[] x, int xAt, int inputs, float[] out, int outAt);
}
