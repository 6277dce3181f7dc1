package io.github.nonplus.device.cpu;

/// What one worker needs beside the arena. Allocated once, as large as the largest operation needs.
final class Scratch {
  /// Products of one panel with one strip: output n of token t at n · strip width + t.
  final float[] tile;

  /// One token's columns.
  final float[] row;

  private final Packer packer = new Packer();
  private float[] panel = {};
  private int depth;

  /// @param columns the most of any buffer
  Scratch(int columns, Kernels kernels) {
    tile = new float[Panels.withRemainder(Panels.WIDEST) * kernels.stripWidth()];
    row = new float[columns];
  }

  /// Makes room for panels of that [Panels#length].
  void reserve(int length) {
    if (panel.length < length) {
      panel = new float[length];
    }
  }

  /// Decodes a panel's weights.
  void pack(Panels panels, int index, Kernels kernels) {
    depth = panels.depth();
    panels.pack(index, kernels, packer, panel);
  }

  /// Writes into `tile` the products of a strip with the first `outputs` outputs of the panel that
  /// was packed last.
  void multiply(Kernels kernels, float[] x, int xAt, int outputs) {
    int stretches = Math.ceilDiv(depth, kernels.products().stretch());
    for (int i = 0, from = 0; i < stretches; i++) {
      int to = (int) ((long) depth * (i + 1) / stretches);
      kernels.products().multiply(panel, depth, outputs, x, xAt, from, to, tile, 0);
      from = to;
    }
  }
}
