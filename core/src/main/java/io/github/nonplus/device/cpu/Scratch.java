package io.github.nonplus.device.cpu;

import java.util.function.IntUnaryOperator;

/// What one worker needs beside the arena. Allocated once, as large as the largest operation needs.
final class Scratch {
  /// One token's columns.
  final float[] row;

  /// Products of one panel with several strips: output n of token t of strip s at [#at](s) + n ·
  /// strip width + t.
  float[] products = {};

  /// The gates of one strip of them.
  float[] gates = {};

  private float[] sums = {};
  private final Packer packer = new Packer();
  private float[] panel = {};
  private Panels packed;
  private int packedIndex;
  private int begin;
  private int slot;

  /// @param columns the most of any buffer
  Scratch(int columns) {
    row = new float[columns];
  }

  /// Makes room for products with every one of the panels.
  ///
  /// @param strips of a batch, at most
  void reserve(Panels panels, int strips, Kernels kernels) {
    if (panel.length < panels.length()) {
      panel = new float[panels.length()];
    }
    int one = panels.widest() * kernels.stripWidth();
    if (gates.length < one) {
      gates = new float[one];
    }
    int together = Math.min(strips, panels.cut().strips());
    int length = Math.multiplyExact(together, panels.widest() * kernels.stripWidth());
    int aligned = Math.addExact(length, Alignment.SLACK);
    if (products.length < aligned) {
      products = new float[aligned];
    }
  }

  /// Room for so many sums.
  float[] sums(int count) {
    if (sums.length < count) {
      sums = new float[count];
    }
    return sums;
  }

  /// Where the products of the s-th of the strips begin that were multiplied last.
  int at(int s) {
    return begin + s * slot;
  }

  /// Makes panel `index` the one at hand.
  void begin(Panels panels, int index, Kernels kernels) {
    if (!panels.cut().packsWholeDepth() || (packed == panels && packedIndex == index)) {
      return;
    }
    for (int i = 0; i < panels.stretches(); i++) {
      panels.pack(index, i, kernels, packer, panel);
    }
    packed = panels;
    packedIndex = index;
  }

  /// Multiplies strips `from` to `to`, no more than pass together, with panel `index`, which is at
  /// hand.
  void multiply(
      Panels panels, int index, Kernels kernels, float[] x, PanelInput input, int from, int to) {
    begin = Alignment.of(products);
    slot = Panels.withRemainder(panels.products(index)) * kernels.stripWidth();
    multiply(panels, index, kernels, x, input, from, to, products, strip -> at(strip - from));
  }

  /// The same, with the products written where a strip's have a place of their own.
  void multiply(
      Panels panels,
      int index,
      Kernels kernels,
      float[] x,
      PanelInput input,
      int from,
      int to,
      float[] out,
      IntUnaryOperator outAt) {
    int width = kernels.stripWidth();
    int outputs = panels.products(index);
    for (int stretch = 0; stretch < panels.stretches(); stretch++) {
      int k = panels.input(stretch);
      int inputs = panels.input(stretch + 1) - k;
      if (inputs == 0) {
        continue;
      }
      if (!panels.cut().packsWholeDepth()) {
        panels.pack(index, stretch, kernels, packer, panel);
        packed = null;
      }
      int panelAt = panels.packedAt(index, stretch);
      for (int strip = from; strip < to; strip++) {
        PanelProducts by = input.products(kernels.products(), strip);
        int at = input.at(strip) + k * width;
        int sums = outAt.applyAsInt(strip);
        by.multiply(panel, panelAt, inputs, outputs, x, at, inputs, k > 0, out, sums);
      }
    }
  }
}
