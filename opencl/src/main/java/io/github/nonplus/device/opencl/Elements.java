package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.operand.View;

/// What kernels have in common that compute each element by itself.
final class Elements {
  /// Work-items of a work-group, where one element is as good as another.
  private static final int LANES = 64;

  private Elements() {}

  static int lanes(Profile profile) {
    return profile.lanes(LANES);
  }

  static Specialization kernel(String file) {
    return Specialization.of(file).with("VEC", 1);
  }

  /// Adds a view's first element and the stride of its rows.
  static void view(Arguments arguments, Frame frame, View view) {
    arguments.index(frame.at(view)).number(view.buffer().width());
  }

  /// Starts a work-item for each element.
  static void launch(Queue queue, Arguments arguments, int lanes, int width, int rows) {
    queue.launch(arguments, lanes, 1, Math.ceilDiv(width, lanes), rows);
  }
}
