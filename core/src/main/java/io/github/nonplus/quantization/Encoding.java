package io.github.nonplus.quantization;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import java.util.List;
import java.util.Optional;

/// How a scheme stores one matrix of [outputs, inputs]: the tensors that it becomes, what they
/// mean, and what computes them.
public interface Encoding {
  /// A tensor of it.
  ///
  /// @param ending what its name has in place of the `weight` of the matrix: `q_scale`
  record Part(String ending, DType type, List<Long> shape) {
    public Part {
      shape = List.copyOf(shape);
    }
  }

  /// Its tensors, in the order of the planes of its format.
  ///
  /// @param shape of the matrix; that of several matrices, one below the other, has three axes
  List<Part> parts(List<Integer> shape);

  /// Endings of tensors that may be there as well and are not read.
  default List<String> besides() {
    return List.of();
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
