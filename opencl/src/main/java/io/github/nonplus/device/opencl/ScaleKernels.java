package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Numbers times factors: one for all, one for each column, or one for each position.
///
/// @param byPosition whether there is a table of factors by position
record ScaleKernels(ElementKernels kernels, boolean byPosition) implements OperationKernels {
  static ScaleKernels of(Scale scale) {
    ElementKernels kernels =
        switch (scale.factor()) {
          case Factor.Constant constant -> of(scale, "NUMBER", _ -> (float) constant.value(), null);
          case Factor.Stored stored when stored.values().outputs() == 1 ->
              of(scale, "NUMBER", r -> r.weights().values(stored.values())[0], null);
          case Factor.Stored stored ->
              of(scale, "COLUMN", _ -> 0f, r -> r.weights().vector(stored.values()));
          case Factor.Difference law ->
              of(scale, "NUMBER", r -> law.number(each -> r.weights().values(each)), null);
          case Factor.ByPosition law -> of(scale, "POSITION", _ -> 0f, r -> table(law, r));
        };
    return new ScaleKernels(kernels, scale.factor().dependsOnPosition());
  }

  /// What a kernel needs of the resources.
  @FunctionalInterface
  private interface Needed<T> {
    T of(Resources resources);
  }

  /// @param factors null if there is one for all
  private static ElementKernels of(
      Scale scale, String by, Needed<Float> factor, Needed<Memory> factors) {
    return new ElementKernels(
        Elements.kernel("scale.cl").with(Map.of("BY", by)),
        List.of(scale.input()),
        scale.output().view(),
        resources -> {
          float number = factor.of(resources);
          Memory arena = resources.frame().arena();
          Memory numbers = factors == null ? arena : factors.of(resources);
          Memory positions =
              scale.factor().dependsOnPosition() ? resources.frame().inputs().positions() : arena;
          return arguments -> arguments.real(number).memory(numbers).memory(positions);
        });
  }

  private static Memory table(Factor.ByPosition law, Resources resources) {
    float[] factors = new float[resources.tokens()];
    for (int position = 0; position < factors.length; position++) {
      factors[position] = law.at(position);
    }
    return resources.written(factors, "the factors of positions");
  }

  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    return kernels.specializations(forms);
  }

  @Override
  public long bytes(int tokens) {
    return byPosition ? 4L * tokens : 0;
  }

  @Override
  public Set<BatchFact> facts() {
    return byPosition ? Set.of(new BatchFact.OwnPositions()) : Set.of();
  }

  @Override
  public Step prepare(Resources resources) {
    return kernels.prepare(resources);
  }
}
