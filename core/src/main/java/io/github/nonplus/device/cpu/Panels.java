package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Linear;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayList;
import java.util.List;

/// Linear layers side by side, cut into panels of outputs. Weights stay as they are stored; one
/// panel at a time is decoded to float32 and packed.
final class Panels {
  /// Outputs of a full panel. Panels of the score are what its sums are cut into, so this must not
  /// depend on the kernels.
  static final int WIDTH = 64;

  private final List<Panel> panels = new ArrayList<>();
  private final int depth;
  private final int outputs;
  private final float[] bias;

  /// Outputs `from` to `to` of one matrix, which are columns `column`… of the product.
  private record Panel(Matrix matrix, int from, int to, int column) {}

  /// @param narrow outputs of a panel among the last ones: less than [#WIDTH] where it helps that
  ///   all workers end together
  /// @param narrowed how many outputs at the end are cut so
  Panels(List<Linear> parts, ModelWeights weights, int narrow, int narrowed) {
    this.depth = parts.getFirst().weight().inputs();
    this.outputs = parts.stream().mapToInt(part -> part.weight().outputs()).sum();
    int column = 0;
    for (Linear part : parts) {
      int rows = part.weight().outputs();
      Matrix matrix = weights.matrix(part.weight().name(), rows, depth);
      int from = 0;
      while (from < rows) {
        int width = outputs - column <= narrowed ? narrow : WIDTH;
        int to = Math.min(rows, from + width);
        panels.add(new Panel(matrix, from, to, column));
        column += to - from;
        from = to;
      }
    }
    this.bias = bias(parts, weights, outputs);
  }

  /// The biases of all outputs, 0 where a part has none; null if no part has one.
  private static float[] bias(List<Linear> parts, ModelWeights weights, int outputs) {
    if (parts.stream().allMatch(part -> part.bias() == null)) {
      return null;
    }
    float[] bias = new float[outputs];
    int column = 0;
    for (Linear part : parts) {
      if (part.bias() != null) {
        float[] values = weights.vector(part.bias().name(), part.bias().outputs());
        System.arraycopy(values, 0, bias, column, values.length);
      }
      column += part.weight().outputs();
    }
    return bias;
  }

  int count() {
    return panels.size();
  }

  int depth() {
    return depth;
  }

  int outputs() {
    return outputs;
  }

  /// The bias of each output, or null.
  float[] bias() {
    return bias;
  }

  /// Outputs of panel `index`.
  int width(int index) {
    return panels.get(index).to() - panels.get(index).from();
  }

  /// The product's column at which panel `index` begins.
  int column(int index) {
    return panels.get(index).column();
  }

  /// Decodes panel `index` and packs it into `scratch.panel`.
  void pack(int index, Kernels kernels, Scratch scratch) {
    Panel panel = panels.get(index);
    scratch.packer.pack(panel.matrix(), panel.from(), panel.to(), kernels, scratch.panel);
  }
}
