package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Linear;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayList;
import java.util.List;

/// Linear layers side by side, cut into panels of outputs. Weights stay as they are stored; one
/// panel at a time is decoded to float32, and goes through all strips while it is in the
/// second-level cache.
final class Panels {
  /// Outputs of the widest panel.
  static final int WIDEST = 80;

  /// Outputs that a panel has at least, if there are so many.
  private static final int NARROWEST = 20;

  /// The most weights of a full panel: a second-level cache of 512 KB.
  private static final int FULL = 1 << 17;

  /// What kernels read behind the last output: less than a tile.
  private static final int REMAINDER = 7;

  private final List<Panel> panels = new ArrayList<>();
  private final int depth;
  private final int outputs;
  private final float[] bias;

  /// Outputs `from` to `to` of one matrix, which are columns `column`… of the product.
  private record Panel(Matrix matrix, int from, int to, int column) {}

  Panels(List<Linear> parts, ModelWeights weights) {
    this.depth = parts.getFirst().weight().inputs();
    this.outputs = parts.stream().mapToInt(part -> part.weight().outputs()).sum();
    int column = 0;
    for (Linear part : parts) {
      int rows = part.weight().outputs();
      Matrix matrix = weights.matrix(part.weight().name(), rows, depth);
      int from = 0;
      while (from < rows) {
        int to = Math.min(rows, from + fullWidth(depth));
        panels.add(new Panel(matrix, from, to, column));
        column += to - from;
        from = to;
      }
    }
    this.bias = bias(parts, weights, outputs);
  }

  /// Outputs of a full panel of that many inputs. Panels of the score are what its sums are cut
  /// into, so this must depend on nothing else. Halved again and again, so that whole tiles of four
  /// or eight fill it where they can.
  private static int fullWidth(int depth) {
    int width = WIDEST;
    while (width > NARROWEST && width * depth > FULL) {
      width /= 2;
    }
    return width;
  }

  /// `outputs` and what kernels may read or write behind them.
  static int withRemainder(int outputs) {
    return outputs + REMAINDER;
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

  /// Numbers of a packed panel.
  int length() {
    return Math.multiplyExact(withRemainder(fullWidth(depth)), depth);
  }

  /// Decodes panel `index` into `packed`.
  void pack(int index, Kernels kernels, Packer packer, float[] packed) {
    Panel panel = panels.get(index);
    packer.pack(panel.matrix(), panel.from(), panel.to(), kernels, packed);
  }
}
