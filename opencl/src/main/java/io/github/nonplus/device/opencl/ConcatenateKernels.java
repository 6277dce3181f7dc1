package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.weights.MatrixForm;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Columns side by side: each part is copied to its place.
record ConcatenateKernels(List<ElementKernels> copies) implements OperationKernels {
  ConcatenateKernels(Concatenate concatenate) {
    this(copies(concatenate));
  }

  private static List<ElementKernels> copies(Concatenate concatenate) {
    List<ElementKernels> copies = new ArrayList<>();
    int column = 0;
    for (View part : concatenate.parts()) {
      copies.add(ElementKernels.copy(part, new View(concatenate.output(), column, part.width())));
      column += part.width();
    }
    return copies;
  }

  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    return copies.stream().flatMap(copy -> copy.specializations(forms));
  }

  @Override
  public Step prepare(Resources resources) {
    List<Step> steps = copies.stream().map(copy -> copy.prepare(resources)).toList();
    return (frame, queue) -> steps.forEach(step -> step.run(frame, queue));
  }
}
