package io.github.nonplus.device.opencl.tensor;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;

/// A weight matrix in device memory, stored as it was in its file, or some rows of it.
///
/// @param planes where each is
/// @param order where the stored rows of its outputs are listed; any place if they follow each
///   other
record PooledWeight(Matrix matrix, List<Spot> planes, Spot order) {
  PooledWeight {
    planes = List.copyOf(planes);
  }

  /// A place in device memory.
  ///
  /// @param at in bytes
  record Spot(Memory memory, long at) {}

  MatrixForm form() {
    return matrix.form();
  }

  int outputs() {
    return matrix.rows();
  }

  int depth() {
    return matrix.columns();
  }

  /// Outputs `first` to `first + count` of it.
  PooledWeight slice(int first, int count) {
    long before = form().gathered() ? (long) Integer.BYTES * first : 0;
    return new PooledWeight(
        matrix.slice(first, first + count), planes, new Spot(order.memory(), order.at() + before));
  }

  /// Adds the parameters of pooled_weight.cl.
  Arguments addTo(Arguments arguments) {
    planes.forEach(plane -> arguments.memory(plane.memory()).index(plane.at()));
    return arguments
        .memory(order.memory())
        .index(order.at())
        .number(matrix.planes().rows())
        .number(matrix.planes().columns())
        .number(matrix.order().isRange() ? matrix.order().first() : 0)
        .number(matrix.firstColumn())
        .number(matrix.rows())
        .number(matrix.columns());
  }
}
