package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.MatrixForm;
import io.github.nonplus.weights.RowOrder;
import java.util.List;
import java.util.Optional;

/// A weight matrix in device memory, stored as it was in its file, or some rows of it.
///
/// @param order where each row is stored; the first plane again if they follow each other
record DeviceWeight(Matrix matrix, List<Memory> planes, Memory order) {
  DeviceWeight {
    planes = List.copyOf(planes);
  }

  MatrixForm form() {
    return matrix.form();
  }

  int outputs() {
    return matrix.rows();
  }

  int depth() {
    return matrix.columns();
  }

  /// This and the next slice as one, if they lie side by side in one stored matrix.
  Optional<DeviceWeight> joinedWith(DeviceWeight next) {
    Matrix other = next.matrix;
    boolean adjoin =
        planes.equals(next.planes)
            && form().equals(next.form())
            && !form().gathered()
            && matrix.columns() == other.columns()
            && matrix.firstColumn() == other.firstColumn()
            && matrix.order().end() == other.order().first();
    return adjoin ? Optional.of(new DeviceWeight(joined(other), planes, order)) : Optional.empty();
  }

  private Matrix joined(Matrix next) {
    RowOrder both = RowOrder.range(matrix.order().first(), matrix.rows() + next.rows());
    return new Matrix(
        matrix.format(),
        matrix.planes(),
        matrix.transposed(),
        both,
        matrix.firstColumn(),
        matrix.columns());
  }

  /// Adds the parameters of weight.cl.
  Arguments addTo(Arguments arguments) {
    planes.forEach(arguments::memory);
    return arguments
        .memory(order)
        .number(matrix.planes().rows())
        .number(matrix.planes().columns())
        .number(matrix.order().isRange() ? matrix.order().first() : 0)
        .number(matrix.firstColumn())
        .number(matrix.rows())
        .number(matrix.columns());
  }
}
