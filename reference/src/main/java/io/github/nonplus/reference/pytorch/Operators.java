package io.github.nonplus.reference.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.core.Linear;
import java.util.function.Supplier;

/// PyTorch's operators in the form in which a forward pass wants them.
final class Operators {
  private Operators() {}

  /// Runs a computation and frees every array that it made, but for its result if that is one.
  static <T> T within(Supplier<T> computation) {
    T result;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      result = computation.get();
      if (result instanceof NDArray array) {
        NDScope.unregister(array);
      }
    }
    if (result instanceof NDArray array) {
      NDScope.register(array);
    }
    return result;
  }

  /// x Wᵀ + b.
  ///
  /// @param x [rows, inputs]
  /// @param weight [outputs, inputs]
  /// @param bias [outputs], or null
  static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    return Linear.linear(x, weight, bias).singletonOrThrow();
  }

  /// A view of `from` to `to` along the dimension `axis`; the dimensions before it stay whole.
  static NDArray range(NDArray x, int axis, long from, long to) {
    NDIndex index = new NDIndex();
    for (int i = 0; i < axis; i++) {
      index.addAllDim();
    }
    return x.get(index.addSliceDim(from, to));
  }
}
