package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.stream.Stream;

/// Norms of rows, or of groups of their columns.
record NormKernels(Norm norm, Profile profile) implements OperationKernels {
  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    return Stream.of(specialization());
  }

  private Specialization specialization() {
    return Elements.kernel("norm.cl")
        .with("LANES", Elements.lanes(profile))
        .with("CENTRED", norm.kind() == Norm.Kind.LAYER ? 1 : 0)
        .with("WEIGHT", norm.weight() == null ? 0 : 1)
        .with("BIAS", norm.bias() == null ? 0 : 1);
  }

  @Override
  public Step prepare(Resources resources) {
    Kernel kernel = resources.kernel(specialization());
    int lanes = Elements.lanes(profile);
    return (frame, queue) -> {
      Arguments arguments = kernel.arguments().memory(frame.arena());
      Elements.view(arguments, frame, norm.input());
      columns(arguments, norm.weight(), frame, resources);
      columns(arguments, norm.bias(), frame, resources);
      arguments.real((float) norm.offset()).real((float) norm.epsilon());
      Elements.view(arguments, frame, norm.output().view());
      arguments.number(norm.groupWidth()).number(norm.groups());
      int groups = Math.multiplyExact(frame.rows(norm.output()), norm.groups());
      queue.launch(arguments, lanes, 1, groups, 1);
    };
  }

  /// Adds a vector and how far the next group's numbers are: 0 where groups share them.
  private void columns(Arguments arguments, Parameter parameter, Frame frame, Resources resources) {
    Memory memory = parameter == null ? frame.arena() : resources.weights().vector(parameter);
    boolean shared = parameter == null || parameter.outputs() == norm.groupWidth();
    arguments.memory(memory).number(shared ? 0 : norm.groupWidth());
  }
}
