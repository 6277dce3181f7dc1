package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Gather;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Where routed rows are put together again.
record GatherKernels(Gather gather) implements OperationKernels {
  private Specialization kernel() {
    return Elements.kernel("gather.cl")
        .with("PUT", gather.put().ordinal())
        .with("PASSED", gather.passed() == null ? 0 : 1);
  }

  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    return Stream.of(kernel());
  }

  @Override
  public Set<BatchFact> facts() {
    return Set.of(SpreadKernels.fact(gather.each()));
  }

  @Override
  public Step prepare(Resources resources) {
    Kernel kernel = resources.kernel(kernel());
    RowGroups groups = resources.frame().inputs().groups(SpreadKernels.fact(gather.each()));
    int lanes = Elements.lanes(resources.profile());
    int width = gather.output().width();
    return (frame, queue) -> {
      Arguments arguments = kernel.arguments().memory(frame.arena());
      Elements.view(arguments, frame, gather.input());
      Elements.view(arguments, frame, gather.routing());
      Elements.view(arguments, frame, gather.output().view());
      arguments.number(width).number(gather.each()).memory(groups.places());
      Gather.Passed passed = gather.passed();
      Elements.view(arguments, frame, passed == null ? gather.input() : passed.rows());
      arguments.number(passed == null ? 0 : passed.from());
      Elements.launch(queue, arguments, lanes, width, frame.rows(gather.output()));
    };
  }
}
