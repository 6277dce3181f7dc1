package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.weights.DenseMatrix;
import io.github.nonplus.weights.GroupQuantizedMatrix;
import io.github.nonplus.weights.MatrixForm;
import java.util.Optional;

/// A weight matrix in device memory, stored as it was in its file, or a slice of it.
///
/// @param codes packed words, or the numbers of a dense matrix
/// @param scales the same memory again if there are none
/// @param storedRows outputs of the whole stored matrix
record DeviceWeight(
    Memory codes,
    Memory scales,
    int storedRows,
    int firstRow,
    int outputs,
    int depth,
    MatrixForm form) {
  /// A dense matrix.
  static DeviceWeight dense(Memory numbers, DenseMatrix matrix) {
    return new DeviceWeight(
        numbers, numbers, matrix.rows(), 0, matrix.rows(), matrix.columns(), matrix.form());
  }

  /// A packed matrix.
  static DeviceWeight packed(Memory codes, Memory scales, GroupQuantizedMatrix matrix) {
    return new DeviceWeight(
        codes,
        scales,
        matrix.storedRows(),
        matrix.firstRow(),
        matrix.rows(),
        matrix.columns(),
        matrix.form());
  }

  /// This and the next slice as one, if they lie side by side in one stored matrix.
  Optional<DeviceWeight> joinedWith(DeviceWeight next) {
    boolean adjoin =
        codes == next.codes
            && scales == next.scales
            && form.equals(next.form)
            && depth == next.depth
            && firstRow + outputs == next.firstRow;
    return adjoin
        ? Optional.of(
            new DeviceWeight(
                codes, scales, storedRows, firstRow, outputs + next.outputs, depth, form))
        : Optional.empty();
  }

  /// Adds the parameters of weight.cl.
  Arguments addTo(Arguments arguments) {
    return arguments
        .memory(codes)
        .memory(scales)
        .number(storedRows)
        .number(firstRow)
        .number(outputs)
        .number(depth);
  }
}
