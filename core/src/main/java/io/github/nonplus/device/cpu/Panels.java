package io.github.nonplus.device.cpu;

import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayList;
import java.util.List;

/// Linear layers side by side, cut into panels of outputs. Weights stay as they are stored; one
/// panel at a time is decoded to float32, and goes through all strips while it is in the
/// second-level cache.
final class Panels {
  /// Outputs of the widest panel.
  static final int WIDEST = 96;

  /// Outputs that a panel has at least, if there are so many.
  private static final int NARROWEST = 32;

  /// The most weights of a full panel: a second-level cache of 512 KB.
  private static final int FULL = 1 << 17;

  /// Outputs of which whole tiles consist, whatever the kernels: their tiles have fewer or as many.
  private static final int TILE = 8;

  /// What kernels read behind the last output: less than a tile.
  private static final int REMAINDER = TILE - 1;

  private final List<Panel> panels = new ArrayList<>();
  private final int depth;
  private final int outputs;

  /// Outputs `from` to `to` of a layer, and of others the same that lie beside them in the panel.
  ///
  /// @param column of the product at which they begin
  /// @param biases of the layers, null where one has none
  private record Panel(List<Matrix> matrices, List<float[]> biases, int from, int to, int column) {}

  private Panels(List<List<Linear>> groups, ModelWeights weights) {
    this.depth = groups.getFirst().getFirst().weight().inputs();
    int column = 0;
    for (List<Linear> group : groups) {
      add(group, weights, column);
      column += group.getFirst().weight().outputs();
    }
    this.outputs = column;
  }

  /// Layers whose products lie side by side, each in panels of its own.
  static Panels of(List<Linear> parts, ModelWeights weights) {
    return new Panels(parts.stream().map(List::of).toList(), weights);
  }

  /// Layers of which the same outputs belong together: each panel has them of all. Columns are
  /// those of one layer.
  static Panels beside(List<Linear> parts, ModelWeights weights) {
    return new Panels(List.of(parts), weights);
  }

  private void add(List<Linear> group, ModelWeights weights, int column) {
    int rows = group.getFirst().weight().outputs();
    List<Matrix> matrices =
        group.stream().map(part -> weights.matrix(part.weight().name(), rows, depth)).toList();
    List<float[]> biases = new ArrayList<>();
    for (Linear part : group) {
      biases.add(part.bias() == null ? null : weights.vector(part.bias().name(), rows));
    }
    int width = width(rows, depth, group.size());
    for (int from = 0; from < rows; from += width) {
      int to = Math.min(rows, from + width);
      panels.add(new Panel(matrices, biases, from, to, column + from));
    }
  }

  /// How many outputs of each layer every panel has, but for the last: as many as the cache holds,
  /// in panels as even as whole tiles allow. Panels of the score are what its sums are cut into, so
  /// this must depend on nothing but shapes.
  private static int width(int rows, int depth, int layers) {
    int most = Math.clamp(FULL / depth, NARROWEST, WIDEST) / layers / TILE * TILE;
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

  int depth() {
    return depth;
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

  /// Numbers of the largest packed panel.
  int length() {
    int most = 0;
    for (int index = 0; index < panels.size(); index++) {
      most = Math.max(most, products(index));
    }
    return Math.multiplyExact(withRemainder(most), depth);
  }

  /// Decodes panel `index` into `packed`.
  void pack(int index, Kernels kernels, Packer packer, float[] packed) {
    Panel panel = panels.get(index);
    for (int layer = 0; layer < panel.matrices().size(); layer++) {
      int at = offset(index, layer) * depth;
      packer.pack(panel.matrices().get(layer), panel.from(), panel.to(), kernels, packed, at);
    }
  }

  /// Adds the biases, where there are any, to the products of panel `index` with a strip.
  void addBias(int index, Kernels kernels, float[] tile) {
    Panel panel = panels.get(index);
    for (int layer = 0; layer < panel.biases().size(); layer++) {
      float[] bias = panel.biases().get(layer);
      if (bias != null) {
        int at = offset(index, layer) * kernels.stripWidth();
        kernels.strips().addBias(tile, at, width(index), bias, panel.from());
      }
    }
  }
}
