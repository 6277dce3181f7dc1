package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.stream.Stream;

/// The choice of experts.
record RouteKernels(Route route) implements OperationKernels {
  @Override
  public Stream<Specialization> specializations(List<MatrixForm> forms) {
    return Stream.of(specialization());
  }

  private Specialization specialization() {
    Route.Groups groups = route.groups() == null ? new Route.Groups(1, 1, 1) : route.groups();
    return Elements.kernel("route.cl")
        .with("EXPERTS", route.experts())
        .with("CHOSEN", route.chosen())
        .with("SCORING", route.scoring().ordinal())
        .with("BIASED", route.bias() == null ? 0 : 1)
        .with("SCALED", route.scales() == null ? 0 : 1)
        .with("DIVIDED", route.sum() == null ? 0 : 1)
        .with("GROUPS", groups.count())
        .with("KEPT", groups.kept())
        .with("BEST", groups.best());
  }

  @Override
  public long bytes(int tokens) {
    return RouteStep.bytes(route, tokens);
  }

  @Override
  public Step prepare(Resources resources) {
    return RouteStep.of(route, resources.kernel(specialization()), resources);
  }
}
