package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Adjust;
import io.github.nonplus.program.op.Adjustment;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Rows changed by a number that is made of all their columns.
record AdjustKernels(Adjust adjust, Profile profile) implements OperationKernels {
  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    return Stream.of(specialization());
  }

  private Specialization specialization() {
    String law =
        switch (adjust.law()) {
          case Adjustment.Sparse _ -> "SPARSE";
          case Adjustment.Matched _ -> "MATCHED";
        };
    return Elements.kernel("adjust.cl")
        .with("LANES", Elements.lanes(profile))
        .with(Map.of("LAW", law));
  }

  private double number() {
    return switch (adjust.law()) {
      case Adjustment.Sparse law -> law.deviations();
      case Adjustment.Matched law -> law.least();
    };
  }

  @Override
  public Step prepare(Resources resources) {
    Kernel kernel = resources.kernel(specialization());
    int lanes = Elements.lanes(profile);
    return (frame, queue) -> {
      Arguments arguments = kernel.arguments().memory(frame.arena());
      Elements.view(arguments, frame, adjust.input());
      Elements.view(arguments, frame, adjust.law().other().orElse(adjust.input()));
      Elements.view(arguments, frame, adjust.output().view());
      arguments.number(adjust.output().width()).real((float) number());
      queue.launch(arguments, lanes, 1, frame.rows(adjust.output()), 1);
    };
  }
}
