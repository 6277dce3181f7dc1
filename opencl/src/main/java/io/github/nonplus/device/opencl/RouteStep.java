package io.github.nonplus.device.opencl;

import io.github.nonplus.device.Routed;
import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Pending;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.operand.Parameter;
import java.util.function.Supplier;

/// Chooses the experts of each row, and keeps which until the batch is over.
///
/// @param kept of each row its experts, as [Routed] holds them
record RouteStep(Route route, Kernel kernel, Resources resources, Memory kept) implements Step {
  static RouteStep of(Route route, Kernel kernel, Resources resources) {
    long bytes = bytes(route, resources.tokens());
    return new RouteStep(
        route, kernel, resources, resources.allocations().take(bytes, "the choice of experts"));
  }

  static long bytes(Route route, int tokens) {
    return 4L * route.chosen() * tokens;
  }

  @Override
  public void run(Frame frame, Queue queue) {
    int lanes = Elements.lanes(resources.profile());
    Route.Sum sum = route.sum() == null ? new Route.Sum(0, 0) : route.sum();
    Arguments arguments = kernel.arguments().memory(frame.arena());
    Elements.view(arguments, frame, route.logits());
    arguments
        .memory(vector(route.bias(), frame))
        .memory(vector(route.scales(), frame))
        .real((float) sum.added())
        .real((float) sum.least())
        .real((float) route.factor())
        .real(Route.SPARSE_BAND)
        .real(Route.SMALL_MARGIN);
    Elements.view(arguments, frame, route.output().view());
    int rows = frame.rows(route.output());
    arguments.memory(kept).number(rows);
    queue.launch(arguments, lanes, 1, Math.ceilDiv(rows, lanes), 1);
  }

  private Memory vector(Parameter parameter, Frame frame) {
    return parameter == null ? frame.arena() : resources.weights().vector(parameter);
  }

  /// Begins to read the choice for the batch at hand.
  Supplier<Routed> fetch(Frame frame, Queue queue) {
    int count = frame.rows(route.output()) * route.chosen();
    if (count == 0) {
      return () -> Routed.of(route, new int[0]);
    }
    Pending pending = queue.fetch(kept, count);
    return () -> {
      float[] bits = pending.take();
      int[] numbers = new int[bits.length];
      for (int i = 0; i < bits.length; i++) {
        numbers[i] = Float.floatToRawIntBits(bits[i]);
      }
      return Routed.of(route, numbers);
    };
  }
}
