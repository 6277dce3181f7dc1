package io.github.nonplus.model.decoder;

import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;

/// How experts are chosen and weighed.
///
/// @param router the linear layer that gives a logit for each expert
/// @param bias the name of a vector that is added to scores before the choice; null for none
/// @param groups null for none
/// @param sum null where weights are not divided by their sum
/// @param scales the name of a vector of factors of the experts' weights; null for none
public record Routing(
    Projection router,
    int chosen,
    Route.Scoring scoring,
    String bias,
    Route.Groups groups,
    Route.Sum sum,
    double factor,
    String scales) {
  /// By the softmax over all experts.
  ///
  /// @param divided whether the weights of the chosen experts are divided by their sum
  public static Routing softmax(Projection router, int chosen, boolean divided) {
    Route.Sum sum = divided ? Route.Sum.plain() : null;
    return new Routing(router, chosen, Route.Scoring.SOFTMAX, null, null, sum, 1, null);
  }

  /// By the sigmoid of each logit.
  ///
  /// @param sum null where weights are not divided by their sum
  public static Routing sigmoid(Projection router, int chosen, Route.Sum sum) {
    return new Routing(router, chosen, Route.Scoring.SIGMOID, null, null, sum, 1, null);
  }

  /// By [Route.Scoring#SPARSE].
  public static Routing sparse(Projection router) {
    return new Routing(router, 2, Route.Scoring.SPARSE, null, null, null, 1, null);
  }

  /// The same with a correction of the choice; null for none.
  public Routing corrected(String vector) {
    return new Routing(router, chosen, scoring, vector, groups, sum, factor, scales);
  }

  /// The same in groups; one group is none.
  public Routing within(Route.Groups some) {
    Route.Groups own = some.count() == 1 ? null : some;
    return new Routing(router, chosen, scoring, bias, own, sum, factor, scales);
  }

  /// The same with weights divided by another sum.
  public Routing over(Route.Sum other) {
    return new Routing(router, chosen, scoring, bias, groups, other, factor, scales);
  }

  /// The same with weights times a number.
  public Routing times(double number) {
    return new Routing(router, chosen, scoring, bias, groups, sum, number, scales);
  }

  /// The same with weights times a number of each expert.
  public Routing scaledBy(String vector) {
    return new Routing(router, chosen, scoring, bias, groups, sum, factor, vector);
  }

  /// The same under other names.
  ///
  /// @param gate of the router
  /// @param correction of the choice; null for none
  public Routing named(String gate, String correction) {
    Projection other = new Projection(gate, router.outputs(), router.hasBias());
    return new Routing(other, chosen, scoring, correction, groups, sum, factor, scales);
  }

  /// How many experts there are.
  public int experts() {
    return router.outputs();
  }

  /// Adds its operations to a program.
  public Buffer build(ProgramBuilder program, String name, Buffer in) {
    Buffer logits = program.linear(name + "router", in, router);
    Buffer output = new Buffer(name + "routing", in.rows(), Route.width(chosen));
    program.add(
        new Route(
            logits.view(),
            chosen,
            scoring,
            bias == null ? null : Parameter.vector(bias, experts()),
            groups,
            sum,
            factor,
            scales == null ? null : Parameter.vector(scales, experts()),
            output));
    return output;
  }
}
