package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Linear;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayList;
import java.util.List;

/// Linear layers side by side, cut into panels of outputs. Weights stay as they are stored; one
/// panel at a time is decoded to float32.
final class Panels {
  private final List<Panel> panels = new ArrayList<>();
  private final int depth;
  private final int outputs;
  private final float[] bias;

  /// Outputs `from` to `to` of one matrix, which are columns `column`… of the product.
  private record Panel(Matrix matrix, int from, int to, int column) {}

  /// @param width outputs of a full panel
  Panels(List<Linear> parts, ModelWeights weights, int width) {
    this.depth = parts.getFirst().weight().inputs();
    int column = 0;
    for (Linear part : parts) {
      int rows = part.weight().outputs();
      Matrix matrix = weights.matrix(part.weight().name(), rows, depth);
      for (int from = 0; from < rows; from += width) {
        panels.add(new Panel(matrix, from, Math.min(rows, from + width), column + from));
      }
      column += rows;
    }
    this.outputs = column;
    this.bias = bias(parts, weights);
  }

  private static float[] bias(List<Linear> parts, ModelWeights weights) {
    int outputs = parts.stream().mapToInt(part -> part.weight().outputs()).sum();
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

  /// The bias of each output; 0 where there is none.
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

  /// Decodes panel `index` into `scratch.panel`, transposed: weight (n, k) at k · width + n.
  void decode(int index, Scratch scratch) {
    Panel panel = panels.get(index);
    int width = width(index);
    panel.matrix().decode(panel.from(), panel.to(), scratch.rows, 0);
    for (int n = 0; n < width; n++) {
      for (int k = 0; k < depth; k++) {
        scratch.panel[k * width + n] = scratch.rows[n * depth + k];
      }
    }
  }
}
