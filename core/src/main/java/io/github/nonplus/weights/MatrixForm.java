package io.github.nonplus.weights;

import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.quantization.Layout;

/// How a matrix is stored, whatever its size and numbers: what a kernel that reads it is made for.
public sealed interface MatrixForm {
  /// Number by number.
  record Dense(ElementType type) implements MatrixForm {}

  /// Codes in groups that share a scale; see [GroupQuantizedMatrix].
  record Grouped(GroupQuantization scheme, Layout layout, ElementType scaleType)
      implements MatrixForm {}
}
