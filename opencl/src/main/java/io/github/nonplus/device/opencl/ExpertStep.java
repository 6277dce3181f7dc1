package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.op.ExpertMatMul;
import io.github.nonplus.program.operand.Experts;
import io.github.nonplus.program.operand.Linear;
import java.util.ArrayList;
import java.util.List;

/// Linear layers of experts, a launch for each part. A tile of rows belongs to one expert; as many
/// work-groups are started as tiles there may be, and those that find none left end at once.
record ExpertStep(ExpertMatMul experts, ProductShape shape, RowGroups groups, List<Part> parts)
    implements Step {
  /// One launch: outputs from `column` on; no bias is null.
  private record Part(ExpertWeights weights, Kernel kernel, Memory bias, int column) {}

  static int each(ExpertMatMul experts) {
    return experts.routing().width() / 2; // as Route.width says
  }

  /// Bytes that a part's biases and places take.
  static long bytes(Experts part, int count) {
    return ExpertWeights.placesBytes(count)
        + (part.bias() == null ? 0 : 4L * count * part.outputs());
  }

  static ExpertStep of(ExpertMatMul experts, Resources resources) {
    List<Part> parts = new ArrayList<>();
    int column = 0;
    for (Experts part : experts.parts()) {
      ExpertWeights weights = resources.weights().experts(part, resources);
      Kernel kernel = resources.kernel(resources.specializations().experts(weights.form()));
      parts.add(new Part(weights, kernel, bias(part, resources), column));
      column += part.outputs();
    }
    RowGroups groups = resources.frame().inputs().groups(SpreadKernels.fact(each(experts)));
    return new ExpertStep(experts, ProductShape.ofBuffers(resources.profile()), groups, parts);
  }

  private static Memory bias(Experts part, Resources resources) {
    List<Linear> all = part.all();
    float[] bias = Biases.of(all, resources.weights()::values);
    return bias == null ? null : resources.written(bias, "the biases of experts");
  }

  @Override
  public void run(Frame frame, Queue queue) {
    int rows = frame.rows(experts.output());
    int tiles = Math.ceilDiv(rows, shape.tileRows()) + Math.min(rows, experts.experts() + 1);
    for (Part part : parts) {
      Arguments arguments = part.kernel().arguments().memory(frame.arena());
      arguments.index(frame.at(experts.input())).number(experts.input().buffer().width());
      part.weights().addTo(arguments);
      arguments
          .memory(groups.starts())
          .number(experts.experts())
          .number(SpreadKernels.MOST_EXPERTS)
          .memory(part.bias() == null ? frame.arena() : part.bias())
          .number(part.bias() == null ? 0 : 1)
          .index(frame.at(experts.output()) + part.column())
          .number(experts.output().width());
      queue.launch(
          arguments,
          shape.lanes(),
          shape.teams(),
          Math.ceilDiv(part.weights().outputs(), shape.tileOutputs()),
          tiles);
    }
  }
}
