package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.stream.Stream;

/// The rows that are wanted.
record SelectKernels(SelectRows select) implements OperationKernels {
  private static final Specialization KERNEL = Elements.kernel("select.cl");

  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    return Stream.of(KERNEL);
  }

  @Override
  public Step prepare(Resources resources) {
    Kernel kernel = resources.kernel(KERNEL);
    int lanes = Elements.lanes(resources.profile());
    int width = select.output().width();
    return (frame, queue) -> {
      Arguments arguments =
          kernel.arguments().memory(frame.arena()).memory(frame.inputs().selected());
      Elements.view(arguments, frame, select.input());
      Elements.view(arguments, frame, select.output().view());
      arguments.number(width);
      Elements.launch(queue, arguments, lanes, width, frame.rows(select.output()));
    };
  }
}
