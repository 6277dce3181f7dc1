package io.github.nonplus.device.cpu;

/// Products of one strip of activations with a panel of weights, which lie in [Tiles].
@FunctionalInterface
public interface PanelProducts {
  /// Reads input k of the strip's tokens, side by side, at xAt + k · strip width, and writes output
  /// n of its tokens at outAt + n · strip width. Weight (n, k) is at tilesAt + (n − n mod T) ·
  /// depth + k · T + n mod T, with T = [Products#tileOutputs]. Whole tiles are computed, so `out`
  /// has room for `outputs` rounded up; what it then holds beyond `outputs` is of no use.
  ///
  /// @param depth inputs from one tile to the next
  /// @param inputs of each output, so many
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
}
