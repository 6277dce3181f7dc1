package io.github.nonplus.device;

import io.github.nonplus.program.op.CodeNumbers;
import io.github.nonplus.program.op.CodeScales;
import io.github.nonplus.program.op.ExpertMatMul;
import io.github.nonplus.program.op.FakeQuantize;
import io.github.nonplus.program.op.Gather;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.op.Route.Scoring;
import io.github.nonplus.program.op.Spread;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Experts;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.quantization.Layout;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.RowOrder;
import java.util.ArrayList;
import java.util.List;

/// The operations on routed rows: their settings, and rows that all, some or none of an expert's.
final class ExpertCases {
  private static final int EXPERTS = 12;
  private static final int DEPTH = 64;
  private static final int OUTPUTS = 33;
  private static final Buffer X = new Buffer("x", RowSpace.TOKENS, EXPERTS + 3 * DEPTH + 3);
  private static final View LOGITS = new View(X, 2, EXPERTS);
  private static final View INPUT = new View(X, EXPERTS + 3, DEPTH);
  private static final Parameter BIAS = Parameter.vector("correction", EXPERTS);
  private static final Parameter SCALES = Parameter.vector("scales", EXPERTS);

  private ExpertCases() {}

  static List<OperationCase> all() {
    List<OperationCase> cases = new ArrayList<>(routes());
    for (Spread.Take take : Spread.Take.values()) {
      cases.add(spread(take));
    }
    for (Gather.Put put : Gather.Put.values()) {
      cases.add(gather(put, null));
      cases.add(gather(put, new Gather.Passed(INPUT, 7)));
    }
    for (int parts : new int[] {1, 2}) {
      for (boolean bias : new boolean[] {false, true}) {
        for (int chosen : new int[] {1, 3, EXPERTS}) {
          cases.add(product("q0f32", parts, bias, chosen, false));
        }
        cases.add(product("q0f32", parts, bias, 2, true));
      }
    }
    for (String scheme : Quantization.computed()) {
      OperationCase product = product(scheme, 2, true, 3, false);
      cases.add(
          new OperationCase(scheme + ": " + product.name(), product.program(), product.weights()));
    }
    cases.add(takingTurns());
    cases.add(ofTheFirst());
    cases.add(quantized(new CodeScales.Stored(number("scale"), number("zero")), CodeNumbers.INT8));
    cases.add(quantized(new CodeScales.Local(16, number("unit"), false), CodeNumbers.E2M1));
    return cases;
  }

  private static List<OperationCase> routes() {
    List<Route> routes = new ArrayList<>();
    Route.Groups groups = new Route.Groups(4, 2, 2);
    for (Scoring scoring : List.of(Scoring.SOFTMAX, Scoring.SIGMOID)) {
      for (Parameter bias : new Parameter[] {null, BIAS}) {
        for (Route.Groups some : new Route.Groups[] {null, groups}) {
          for (Route.Sum sum : new Route.Sum[] {null, Route.Sum.plain()}) {
            routes.add(route(4, scoring, bias, some, sum, 1, null));
          }
        }
      }
      routes.add(route(1, scoring, null, new Route.Groups(3, 1, 1), null, 2.5, null));
      routes.add(route(EXPERTS, scoring, BIAS, null, new Route.Sum(1e-3, 0), 0.7, SCALES));
      routes.add(route(3, scoring, null, null, new Route.Sum(0, 0.9), 1, SCALES));
    }
    routes.add(route(2, Scoring.SPARSE, null, null, null, 1, null));
    return routes.stream().map(each -> OperationCases.of(X, weights(), each)).toList();
  }

  private static GivenWeights weights() {
    return new GivenWeights().withVector(BIAS.name(), EXPERTS).withVector(SCALES.name(), EXPERTS);
  }

  private static Route route(
      int chosen,
      Scoring scoring,
      Parameter bias,
      Route.Groups groups,
      Route.Sum sum,
      double factor,
      Parameter scales) {
    Buffer out = new Buffer("routing", RowSpace.TOKENS, Route.width(chosen));
    return new Route(LOGITS, chosen, scoring, bias, groups, sum, factor, scales, out);
  }

  private static Route route(int chosen) {
    return route(chosen, Scoring.SOFTMAX, null, null, Route.Sum.plain(), 1, null);
  }

  private static Buffer routed(String name, int chosen, int width) {
    return new Buffer(name, new RowSpace.Routed(RowSpace.TOKENS, chosen), width);
  }

  private static OperationCase spread(Spread.Take take) {
    Route route = route(3);
    boolean isPart = take == Spread.Take.PART;
    View input = isPart ? new View(X, EXPERTS + 3, 3 * DEPTH) : INPUT;
    Buffer out = routed("out", 3, DEPTH);
    return OperationCases.of(
        X, weights(), route, new Spread(input, route.output().view(), take, out));
  }

  private static OperationCase gather(Gather.Put put, Gather.Passed passed) {
    Route route = route(3);
    View routing = route.output().view();
    Buffer spread = routed("spread", 3, DEPTH);
    Buffer out = new Buffer("out", RowSpace.TOKENS, put == Gather.Put.SIDE ? 3 * DEPTH : DEPTH);
    return OperationCases.of(
        X,
        weights(),
        route,
        new Spread(INPUT, routing, Spread.Take.WEIGHTED, spread),
        new Gather(spread.view(), routing, put, passed, out));
  }

  /// One stack of all experts, in which rows of two layers take turns.
  private static OperationCase takingTurns() {
    GivenWeights weights = weights();
    Matrix stack = weights.dense(ElementType.FLOAT32, 2 * EXPERTS * OUTPUTS, DEPTH);
    for (Linear each : layers(2, false).stream().flatMap(part -> part.all().stream()).toList()) {
      String name = each.weight().name();
      int expert = Integer.parseInt(name.substring(name.indexOf('.') + 1));
      int turn = 2 * expert * OUTPUTS + (name.startsWith("first") ? 0 : 1);
      weights.with(name, stack.gather(RowOrder.of(OUTPUTS, row -> turn + 2 * row)));
    }
    OperationCase product = product(weights, layers(2, false), 3, false);
    return new OperationCase(
        "rows take turns: " + product.name(), product.program(), product.weights());
  }

  /// Experts of which the last have no weights.
  private static OperationCase ofTheFirst() {
    GivenWeights weights = weights();
    Experts first = new Experts("first.{e}", "bias.{e}", 7, OUTPUTS, DEPTH);
    for (Linear each : first.all()) {
      weights.with(each.weight().name(), weights.dense(ElementType.FLOAT32, OUTPUTS, DEPTH));
      each.findBias().ifPresent(bias -> weights.withVector(bias.name(), OUTPUTS));
    }
    OperationCase product = product(weights, List.of(first), 3, false);
    return new OperationCase(
        "of the first: " + product.name(), product.program(), product.weights());
  }

  private static Parameter number(String name) {
    return Parameter.vector(name + ".{e}", 1);
  }

  /// Rows as codes and back, with numbers of each expert.
  private static OperationCase quantized(CodeScales scales, CodeNumbers codes) {
    GivenWeights weights = weights();
    for (int e = 0; e < EXPERTS; e++) {
      weights.withVector("scale." + e, new float[] {0.01f * (e + 1)});
      weights.withVector("zero." + e, new float[] {3 * e - 20});
      weights.withVector("unit." + e, new float[] {0.003f * (e + 1)});
    }
    Route route = route(3);
    View routing = route.output().view();
    Buffer spread = routed("spread", 3, DEPTH);
    return OperationCases.of(
        X,
        weights,
        route,
        new Spread(INPUT, routing, Spread.Take.WHOLE, spread),
        new FakeQuantize(
            spread.view(),
            codes,
            scales,
            new FakeQuantize.Routed(routing, EXPERTS),
            routed("out", 3, DEPTH)));
  }

  private static List<Experts> layers(int parts, boolean bias) {
    return List.of(
            new Experts("first.{e}", bias ? "bias.{e}" : null, EXPERTS, OUTPUTS, DEPTH),
            new Experts("second.{e}", null, EXPERTS, OUTPUTS, DEPTH))
        .subList(0, parts);
  }

  /// @param one whether one expert has a row of every token, and most have none
  private static OperationCase product(
      String scheme, int parts, boolean bias, int chosen, boolean one) {
    GivenWeights weights = weights();
    List<Experts> all = layers(parts, bias);
    Layout layout = scheme.endsWith("_0") ? Layout.KN : Layout.NK;
    for (Experts part : all) {
      part.all()
          .forEach(
              each -> {
                weights.with(
                    each.weight().name(),
                    weights.matrix(Quantization.named(scheme), layout, OUTPUTS, DEPTH));
                each.findBias().ifPresent(b -> weights.withVector(b.name(), OUTPUTS));
              });
    }
    return product(weights, all, chosen, one);
  }

  private static OperationCase product(
      GivenWeights weights, List<Experts> all, int chosen, boolean one) {
    List<Operation> operations = new ArrayList<>();
    Route route = one ? oneForAll(chosen, weights) : route(chosen);
    View routing = route.output().view();
    Buffer spread = routed("spread", chosen, DEPTH);
    Buffer out = routed("out", chosen, all.size() * OUTPUTS);
    operations.add(route);
    operations.add(new Spread(INPUT, routing, Spread.Take.WHOLE, spread));
    operations.add(new ExpertMatMul(spread.view(), routing, all, out));
    return OperationCases.of(X, weights, operations.toArray(Operation[]::new));
  }

  /// Expert 5 is chosen for every row, and one of the first three beside it.
  private static Route oneForAll(int chosen, GivenWeights weights) {
    float[] bias = new float[EXPERTS];
    for (int e = 0; e < EXPERTS; e++) {
      bias[e] = e == 5 ? 9 : e < 3 ? 4 : 0;
    }
    weights.withVector("one", bias);
    return route(chosen, Scoring.SOFTMAX, Parameter.vector("one", EXPERTS), null, null, 1, null);
  }
}
