package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.ExpertMatMul;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Linear layers of experts.
record ExpertKernels(ExpertMatMul experts, Profile profile) implements OperationKernels {
  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    Specializations specializations = new Specializations(profile);
    return forms.stream().map(specializations::experts);
  }

  @Override
  public Optional<String> refusal() {
    return experts.experts() > SpreadKernels.MOST_EXPERTS
        ? Optional.of(
            "%d experts, of which the kernels have at most %d"
                .formatted(experts.experts(), SpreadKernels.MOST_EXPERTS))
        : Optional.empty();
  }

  @Override
  public long bytes(int tokens) {
    return experts.parts().stream()
        .mapToLong(part -> ExpertStep.bytes(part, experts.experts()))
        .sum();
  }

  @Override
  public Set<BatchFact> facts() {
    return Set.of(SpreadKernels.fact(ExpertStep.each(experts)));
  }

  @Override
  public Step prepare(Resources resources) {
    return ExpertStep.of(experts, resources);
  }
}
