package io.github.nonplus.device.cpu;

import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/// Linear layers side by side, cut into panels of outputs, and their inputs into stretches. Weights
/// stay as they are stored; a stretch of one panel at a time is decoded to float32, and goes
/// through all strips ([Blocking]).
final class Panels {
  /// Outputs of which whole tiles consist, whatever the kernels: their tiles have fewer or as many.
  static final int TILE = 8;

  /// What kernels read behind the last output: less than a tile.
  private static final int REMAINDER = TILE - 1;

  private final List<Panel> panels = new ArrayList<>();
  private final Packer packer = new Packer();
  private final Blocking.Cut cut;
  private final int depth;
  private final int stretches;
  private final int grain;
  private final boolean isQuick;
  private final int outputs;

  /// Outputs `from` to `to` of a layer, and of others the same that lie beside them in the panel.
  ///
  /// @param column of the product at which they begin
  /// @param biases of the layers, null where one has none
  private record Panel(List<Matrix> matrices, List<float[]> biases, int from, int to, int column) {}

  /// @param width outputs of each panel of a group's layers, but for the last
  private Panels(
      List<List<Linear>> groups,
      ModelWeights weights,
      Blocking.Cut cut,
      ToIntFunction<List<Linear>> width) {
    this.cut = cut;
    this.depth = depth(groups);
    int column = 0;
    for (List<Linear> group : groups) {
      add(group, weights, column, width.applyAsInt(group));
      column += group.getFirst().weight().outputs();
    }
    this.outputs = column;
    this.stretches = Math.ceilDiv(depth, cut.inputs());
    this.grain =
        panels.stream()
            .flatMap(panel -> panel.matrices().stream())
            .mapToInt(packer::grain)
            .reduce(1, Panels::commonMultiple);
    this.isQuick =
        panels.stream().flatMap(panel -> panel.matrices().stream()).allMatch(packer::isQuick);
  }

  /// Layers whose products lie side by side, each in panels of its own.
  static Panels of(List<Linear> parts, ModelWeights weights, Blocking blocking, Share share) {
    return cut(parts.stream().map(List::of).toList(), weights, blocking, share);
  }

  /// Layers of which the same outputs belong together: each panel has them of all. Columns are
  /// those of one layer.
  static Panels beside(List<Linear> parts, ModelWeights weights, Blocking blocking, Share share) {
    return cut(List.of(parts), weights, blocking, share);
  }

  private static Panels cut(
      List<List<Linear>> groups, ModelWeights weights, Blocking blocking, Share share) {
    int all = groups.stream().flatMap(List::stream).mapToInt(Panels::rows).sum();
    Blocking.Cut cut = blocking.cut(depth(groups), all, share);
    return new Panels(
        groups,
        weights,
        cut,
        group -> width(rows(group.getFirst()), cut.outputs() / group.size() / TILE * TILE));
  }

  /// A layer in panels of exactly that many outputs, but for the last.
  static Panels of(Linear layer, ModelWeights weights, Blocking.Cut cut, int outputs) {
    return new Panels(List.of(List.of(layer)), weights, cut, _ -> outputs);
  }

  private static int depth(List<List<Linear>> groups) {
    return groups.getFirst().getFirst().weight().inputs();
  }

  private static int rows(Linear layer) {
    return layer.weight().outputs();
  }

  private static int commonMultiple(int a, int b) {
    int x = a;
    int y = b;
    while (y != 0) {
      int rest = x % y;
      x = y;
      y = rest;
    }
    return a / x * b;
  }

  private void add(List<Linear> group, ModelWeights weights, int column, int width) {
    int rows = rows(group.getFirst());
    List<Matrix> matrices =
        group.stream().map(part -> weights.matrix(part.weight().name(), rows, depth)).toList();
    List<float[]> biases = new ArrayList<>();
    for (Linear part : group) {
      biases.add(part.bias() == null ? null : weights.vector(part.bias().name(), rows));
    }
    for (int from = 0; from < rows; from += width) {
      int to = Math.min(rows, from + width);
      panels.add(new Panel(matrices, biases, from, to, column + from));
    }
  }

  /// How many outputs of a layer every panel has, but for the last: `most` at most, in panels as
  /// even as whole tiles allow.
  static int width(int rows, int most) {
    int even = Math.ceilDiv(rows, Math.ceilDiv(rows, most));
    return Math.ceilDiv(even, TILE) * TILE;
  }

  /// `outputs` and what kernels may read or write behind them.
  static int withRemainder(int outputs) {
    return outputs + REMAINDER;
  }

  int count() {
    return panels.size();
  }

  Blocking.Cut cut() {
    return cut;
  }

  /// Whether packing is so quick that each worker can pack all panels.
  boolean isQuick() {
    return isQuick;
  }

  int stretches() {
    return stretches;
  }

  /// The input at which stretch `index` begins; they are as even as what is packed together allows.
  int input(int index) {
    return index == stretches ? depth : (int) ((long) depth * index / stretches) / grain * grain;
  }

  /// Columns of the product.
  int outputs() {
    return outputs;
  }

  /// Outputs of panel `index`, of each of its layers.
  int width(int index) {
    return panels.get(index).to() - panels.get(index).from();
  }

  /// The product's column at which panel `index` begins.
  int column(int index) {
    return panels.get(index).column();
  }

  /// Where the outputs of a layer begin among the products of panel `index`.
  int offset(int index, int layer) {
    return layer * Math.ceilDiv(width(index), TILE) * TILE;
  }

  /// Products of panel `index` with a token; not all of them are outputs where layers lie side by
  /// side.
  int products(int index) {
    return offset(index, panels.get(index).matrices().size() - 1) + width(index);
  }

  /// Whether kernels write nothing behind the products of panel `index`.
  boolean isWhole(int index) {
    return products(index) % TILE == 0;
  }

  /// The most products that a panel has with a token, and what kernels may write behind them.
  int widest() {
    int most = 0;
    for (int index = 0; index < panels.size(); index++) {
      most = Math.max(most, products(index));
    }
    return withRemainder(most);
  }

  /// Where a stretch of panel `index` begins among what is packed.
  int packedAt(int index, int stretch) {
    return cut.packsWholeDepth() ? input(stretch) * withRemainder(products(index)) : 0;
  }

  /// The most numbers that are packed at a time.
  int length() {
    int longest = cut.packsWholeDepth() ? depth : 0;
    for (int index = 0; index < stretches; index++) {
      longest = Math.max(longest, input(index + 1) - input(index));
    }
    return Math.multiplyExact(widest(), longest);
  }

  /// Decodes a stretch of panel `index` into `packed`, in tiles of the stretch's depth.
  void pack(int index, int stretch, Kernels kernels, Packer packer, float[] packed) {
    Panel panel = panels.get(index);
    int k = input(stretch);
    int inputs = input(stretch + 1) - k;
    for (int layer = 0; layer < panel.matrices().size(); layer++) {
      Matrix matrix = panel.matrices().get(layer);
      int at = packedAt(index, stretch) + offset(index, layer) * inputs;
      packer.pack(matrix, panel.from(), panel.to(), k, inputs, kernels, packed, at);
    }
  }

  /// Adds the biases, where there are any, to the products of panel `index` with a strip.
  void addBias(int index, Kernels kernels, float[] products, int productsAt) {
    Panel panel = panels.get(index);
    for (int layer = 0; layer < panel.biases().size(); layer++) {
      float[] bias = panel.biases().get(layer);
      if (bias != null) {
        int at = productsAt + offset(index, layer) * kernels.stripWidth();
        kernels.strips().addBias(products, at, width(index), bias, panel.from());
      }
    }
  }
}
