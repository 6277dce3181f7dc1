package io.github.nonplus.quantization;

import io.github.nonplus.weights.Matrix;
import java.lang.foreign.Arena;

/// Quantizes a matrix.
@FunctionalInterface
public interface Encoder {
  /// The matrix in an encoding, its planes in memory of `arena`.
  ///
  /// @param rounding of what lies between two codes, where MLC has had two ways
  Matrix encode(Rows source, int rows, int columns, Rounding rounding, Arena arena);
}
