package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Rotary position embedding.
record RotateKernels(Rotate rotate) implements OperationKernels {
  private static final Specialization KERNEL = Elements.kernel("rotate.cl");

  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    return Stream.of(KERNEL);
  }

  @Override
  public Set<BatchFact> facts() {
    return Set.of(new BatchFact.Turns(rotate.rotation(), rotate.turned()));
  }

  @Override
  public Step prepare(Resources resources) {
    Kernel kernel = resources.kernel(KERNEL);
    Angles angles = resources.frame().inputs().angles(rotate.rotation(), rotate.turned());
    int half = rotate.turned() / 2;
    int pairs = rotate.vector().width() / rotate.headSize() * half;
    int lanes = Elements.lanes(resources.profile());
    return (frame, queue) -> {
      Arguments arguments = kernel.arguments().memory(frame.arena());
      Elements.view(arguments, frame, rotate.vector());
      arguments
          .memory(angles.cosine())
          .memory(angles.sine())
          .memory(angles.rows())
          .number(rotate.headSize())
          .number(rotate.from())
          .number(stepOf(rotate.pairing()))
          .number(distance(rotate.pairing(), half))
          .number(half)
          .real(rotate.backwards() ? -1 : 1)
          .number(pairs);
      Elements.launch(queue, arguments, lanes, pairs, frame.batch().tokens());
    };
  }

  /// Columns from the first of a pair to that of the next.
  private static int stepOf(Rotate.Pairing pairing) {
    return switch (pairing) {
      case HALVES -> 1;
      case NEIGHBOURS -> 2;
    };
  }

  /// Columns from the first of a pair to its second.
  private static int distance(Rotate.Pairing pairing, int half) {
    return switch (pairing) {
      case HALVES -> half;
      case NEIGHBOURS -> 1;
    };
  }
}
