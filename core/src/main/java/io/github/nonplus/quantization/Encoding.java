package io.github.nonplus.quantization;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// How a scheme stores one matrix of [outputs, inputs]: the tensors that it becomes, what they
/// mean, and how they are computed.
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

  /// What the tensors mean.
  ///
  /// @param scales how scales are stored: MLC keeps only the upper half of a float32
  Format format(ElementType scales);

  /// Computes the tensors, in memory of `arena`.
  ///
  /// @param rounding of what lies between two codes, where MLC has had two ways
  List<MemorySegment> encode(Rows source, int rows, int columns, Rounding rounding, Arena arena);
}
