package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.MatrixForm;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The weights of all experts of one layer in device memory, stored as they were in their files:
/// all in one stack of the checkpoint, or each by itself, which are then put one behind the other.
///
/// @param first the first expert's matrix; the others are alike but for where they begin
/// @param steps bytes from an expert's planes to the next one's; 0 in one stack
/// @param order of the first expert's rows, of which another's are a shift; the first plane again
///   if they follow each other
/// @param places for each expert the first row, or how far its order is shifted, and the first
///   column
record ExpertWeights(
    Matrix first, List<Memory> planes, List<Long> steps, Memory order, Memory places) {
  /// Where an expert's plane may begin.
  private static final long ALIGNMENT = 64;

  /// Whether all experts lie in one stack.
  static boolean isStack(List<Matrix> experts) {
    List<MemorySegment> planes = experts.getFirst().planes().data();
    return experts.stream().allMatch(each -> each.planes().data().equals(planes));
  }

  /// Bytes from a plane to the next expert's.
  static long step(MemorySegment plane) {
    return Math.ceilDiv(plane.byteSize(), ALIGNMENT) * ALIGNMENT;
  }

  static long placesBytes(int experts) {
    return 8L * experts;
  }

  /// Refuses experts that one kernel cannot compute.
  static void requireAlike(String name, List<Matrix> experts) {
    Matrix first = experts.getFirst();
    for (Matrix each : experts) {
      boolean alike =
          each.form().equals(first.form())
              && each.planes().rows() == first.planes().rows()
              && each.planes().columns() == first.planes().columns()
              && each.order().isShiftOf(first.order());
      if (!alike) {
        throw new DeviceException(
            "the experts of '%s' are stored in different ways, which no kernel computes; use --device cpu"
                .formatted(name));
      }
    }
  }

  MatrixForm form() {
    return first.form();
  }

  int outputs() {
    return first.rows();
  }

  /// Adds the parameters of weight.cl for the first expert, and how to come to the others.
  Arguments addTo(Arguments arguments) {
    new DeviceWeight(first, planes, order).addTo(arguments);
    steps.forEach(arguments::index);
    return arguments.memory(places);
  }
}
