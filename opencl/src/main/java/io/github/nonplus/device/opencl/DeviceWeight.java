package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.quantization.Layout;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.GroupQuantizedMatrix;
import java.util.Map;
import java.util.Optional;

/// A weight matrix in device memory, stored as it was in its file, or a slice of it.
///
/// @param codes packed words, or the numbers of a dense matrix
/// @param scales the same memory again if there are none
/// @param storedRows outputs of the whole stored matrix
/// @param definitions those of weight.cl
record DeviceWeight(
    Memory codes,
    Memory scales,
    int storedRows,
    int firstRow,
    int outputs,
    int depth,
    int codesPerWord,
    Map<String, String> definitions) {
  /// A dense matrix.
  static DeviceWeight dense(Memory numbers, ElementType type, int rows, int columns) {
    return new DeviceWeight(
        numbers, numbers, rows, 0, rows, columns, 8, Map.of("BITS", "0", "FORMAT", format(type)));
  }

  /// A packed matrix.
  static DeviceWeight packed(Memory codes, Memory scales, GroupQuantizedMatrix matrix) {
    GroupQuantization scheme = matrix.scheme();
    return new DeviceWeight(
        codes,
        scales,
        matrix.storedRows(),
        matrix.firstRow(),
        matrix.rows(),
        matrix.columns(),
        scheme.codesPerWord(),
        Map.of(
            "BITS", Integer.toString(scheme.bits()),
            "GROUP", Integer.toString(scheme.groupSize()),
            "ZERO", Integer.toString(scheme.zeroPoint()),
            "FORMAT", format(matrix.scaleType()),
            "KN", matrix.layout() == Layout.KN ? "1" : "0",
            "ROUND_HALF", scheme.modelType() == ElementType.FLOAT16 ? "1" : "0"));
  }

  private static String format(ElementType type) {
    return switch (type) {
      case FLOAT32 -> "0";
      case FLOAT16 -> "1";
      case BFLOAT16 -> "2";
      case UINT32 -> throw new IllegalArgumentException("uint32 is not a floating-point type");
    };
  }

  /// This and the next slice as one, if they lie side by side in one stored matrix.
  Optional<DeviceWeight> joinedWith(DeviceWeight next) {
    boolean adjoin =
        codes == next.codes
            && scales == next.scales
            && definitions.equals(next.definitions)
            && depth == next.depth
            && firstRow + outputs == next.firstRow;
    return adjoin
        ? Optional.of(
            new DeviceWeight(
                codes,
                scales,
                storedRows,
                firstRow,
                outputs + next.outputs,
                depth,
                codesPerWord,
                definitions))
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
