package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.stream.Stream;

/// Linear layers side by side.
record ProductKernels(MatMul matmul, Profile profile) implements OperationKernels {
  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    Specializations specializations = new Specializations(profile);
    return forms.stream()
        .flatMap(
            form ->
                Stream.concat(
                    specializations.packing(form), Stream.of(specializations.matmul(form))));
  }

  @Override
  public long bytes(int tokens) {
    return Biases.bytes(matmul.parts());
  }

  @Override
  public int depth() {
    return matmul.input().width();
  }

  @Override
  public Step prepare(Resources resources) {
    return ProductStep.of(matmul, resources);
  }
}
