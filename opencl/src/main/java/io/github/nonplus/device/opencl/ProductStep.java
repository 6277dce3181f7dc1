package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.operand.Linear;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Linear layers side by side. Slices that adjoin in one stored matrix are multiplied in one
/// launch.
record ProductStep(MatMul matmul, List<Part> parts) implements Step {
  private static final int BIAS = 1;
  private static final int RESIDUAL = 2;
  private static final int SCALED = 4;

  /// One launch: outputs from `column` on; no bias is null.
  private record Part(
      DeviceWeight weight,
      ProductShape shape,
      ProductInput input,
      Kernel kernel,
      Memory bias,
      int column) {}

  static ProductStep of(MatMul matmul, Resources resources) {
    List<DeviceWeight> joined = new ArrayList<>();
    for (Linear linear : matmul.parts()) {
      DeviceWeight next = resources.weights().matrix(linear.weight());
      Optional<DeviceWeight> both =
          joined.isEmpty() ? Optional.empty() : joined.getLast().joinedWith(next);
      both.ifPresent(_ -> joined.removeLast());
      joined.add(both.orElse(next));
    }
    float[] bias = Biases.of(matmul.parts(), resources.weights()::values);
    List<Part> parts = new ArrayList<>();
    int column = 0;
    for (DeviceWeight weight : joined) {
      Memory own = bias == null ? null : slice(bias, column, weight.outputs(), resources);
      Kernel kernel = resources.kernel(resources.specializations().matmul(weight.form()));
      ProductShape shape = ProductShape.of(resources.profile(), weight.form());
      ProductInput input = ProductInput.of(matmul.input(), shape, resources);
      parts.add(new Part(weight, shape, input, kernel, own, column));
      column += weight.outputs();
    }
    return new ProductStep(matmul, parts);
  }

  private static Memory slice(float[] bias, int from, int count, Resources resources) {
    return resources.written(Arrays.copyOfRange(bias, from, from + count), "a bias");
  }

  @Override
  public void run(Frame frame, Queue queue) {
    int rows = frame.rows(matmul.output());
    for (Part part : parts) {
      if (part == parts.getFirst()) {
        part.input().prepare(frame, queue, 0, rows); // the parts read the same rows
      }
      ProductShape shape = part.shape();
      Arguments arguments = part.kernel().arguments().memory(frame.arena());
      part.input().addTo(arguments, frame, 0);
      part.weight().addTo(arguments);
      arguments.memory(part.bias() == null ? frame.arena() : part.bias());
      if (matmul.residual() == null) {
        arguments.index(0).number(0);
      } else {
        arguments
            .index(frame.at(matmul.residual()) + part.column())
            .number(matmul.residual().buffer().width());
      }
      arguments
          .index(frame.at(matmul.output()) + part.column())
          .number(matmul.output().width())
          .number(rows)
          .number(
              (part.bias() == null ? 0 : BIAS)
                  + (matmul.residual() == null ? 0 : RESIDUAL)
                  + (matmul.scale() == 1 ? 0 : SCALED))
          .real((float) matmul.scale());
      queue.launch(
          arguments,
          shape.lanes(),
          shape.teams(),
          Math.ceilDiv(part.weight().outputs(), shape.tileOutputs()),
          Math.ceilDiv(rows, shape.tileRows()));
    }
  }
}
