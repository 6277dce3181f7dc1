package io.github.nonplus.quantization;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import java.util.List;
import java.util.Optional;

/// How a scheme stores one matrix of [outputs, inputs]: the tensors that it becomes, what they
/// mean, and what computes them.
public interface Encoding {
  /// A tensor of it.
  record Part(String name, DType type, List<Long> shape) {
    public Part {
      shape = List.copyOf(shape);
    }
  }

  /// Its tensors, in the order of the planes of its format.
  ///
  /// @param name of the matrix where it is not quantized, such as
  ///   `model.layers.0.mlp.down_proj.weight`
  /// @param shape of the matrix; that of several matrices, one below the other, has three axes
  List<Part> parts(String name, List<Integer> shape);

  /// Names of tensors that may be there as well and are not read.
  default List<String> besides(String name) {
    return List.of();
  }

  /// Outputs that share what is stored of them: of matrices one below the other, all but the last
  /// have a multiple of it.
  default int outputsTogether() {
    return 1;
  }

  /// A name up to its last part, which is `weight`.
  static String stem(String name) {
    String weight = "weight";
    if (!name.endsWith("." + weight)) {
      throw new IllegalArgumentException(name + " is no matrix of weights");
    }
    return name.substring(0, name.length() - weight.length());
  }

  /// What the tensors mean.
  ///
  /// @param scales how scales are stored: MLC keeps only the upper half of a float32
  Format format(ElementType scales);

  /// What computes the tensors; empty if they are only taken over from another tool.
  default Optional<Encoder> encoder() {
    return Optional.empty();
  }
}
