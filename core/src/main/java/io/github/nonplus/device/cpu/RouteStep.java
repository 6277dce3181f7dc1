package io.github.nonplus.device.cpu;

import io.github.nonplus.device.Routed;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.weights.ModelWeights;

/// Chooses the experts of each row.
///
/// @param bias of each expert, or null; `scales` likewise
record RouteStep(Route route, float[] bias, float[] scales) implements Step {
  static RouteStep of(Route route, ModelWeights weights) {
    int experts = route.experts();
    return new RouteStep(
        route,
        route.findBias().map(each -> weights.vector(each.name(), experts)).orElse(null),
        route.findScales().map(each -> weights.vector(each.name(), experts)).orElse(null));
  }

  @Override
  public void run(Frame frame, Workers workers) {
    int rows = frame.rows(route.output());
    int[] experts = new int[Math.multiplyExact(rows, route.chosen())];
    boolean[] hasSmallMargin = new boolean[rows];
    workers.run(
        frame.strips(route.output()), (_, strip) -> run(frame, strip, experts, hasSmallMargin));
    frame.routed().add(new Routed(route, experts, hasSmallMargin));
  }

  private void run(Frame frame, int strip, int[] experts, boolean[] hasSmallMargin) {
    Router router = new Router(route, bias, scales);
    float[] logits = new float[route.experts()];
    float[] chosen = new float[route.output().width()];
    int width = frame.layout().width();
    int end = Math.min(frame.rows(route.output()), (strip + 1) * width);
    for (int row = strip * width; row < end; row++) {
      frame.read(route.logits(), row, logits, 0);
      router.route(logits, chosen);
      frame.write(route.output().view(), row, chosen);
      for (int j = 0; j < route.chosen(); j++) {
        experts[row * route.chosen() + j] = (int) chosen[j];
      }
      hasSmallMargin[row] = chosen[Route.margin(route.chosen())] < Route.SMALL_MARGIN;
    }
  }
}
