package io.github.nonplus.model.decoder;

import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.Gather;
import io.github.nonplus.program.op.Spread;
import io.github.nonplus.program.operand.Buffer;

/// A mixture of experts: each row goes to the experts that a router chooses for it, and the sum of
/// what they make of it, each times its weight, is the result. Beside them there may be a layer
/// that reads all rows.
///
/// @param weighsInput whether weights multiply what experts read, and not what they write
/// @param shared the layer beside them; null for none
/// @param sharedGate a layer of one output, whose sigmoid multiplies the shared layer; null for
///   none
/// @param passing how many experts, the last, leave a row as it is
public record Mixture(
    Routing routing,
    ExpertLayers experts,
    boolean weighsInput,
    Part shared,
    Projection sharedGate,
    int passing)
    implements Part {
  /// Experts alone.
  public static Mixture of(Routing routing, ExpertLayers experts) {
    return new Mixture(routing, experts, false, null, null, 0);
  }

  /// The same with a layer that reads all rows; null for none.
  public Mixture beside(Part all) {
    return new Mixture(routing, experts, weighsInput, all, sharedGate, passing);
  }

  /// The same with a gate of that layer.
  public Mixture gating(Projection gate) {
    return new Mixture(routing, experts, weighsInput, shared, gate, passing);
  }

  /// The same with weights that multiply what experts read.
  public Mixture weighingInput() {
    return new Mixture(routing, experts, true, shared, sharedGate, passing);
  }

  /// The same with more experts, which leave a row as it is.
  public Mixture passing(int more) {
    return new Mixture(routing, experts, weighsInput, shared, sharedGate, more);
  }

  @Override
  public Buffer build(ProgramBuilder program, int layer, Buffer in) {
    return build(program, layer, in, in);
  }

  /// The same with another reading for the router.
  public Buffer build(ProgramBuilder program, int layer, Buffer in, Buffer routed) {
    String name = layer + ".experts.";
    Buffer choice = routing.build(program, name, routed);
    Spread.Take take = weighsInput ? Spread.Take.WEIGHTED : Spread.Take.WHOLE;
    Buffer rows = program.spread(name + "in", in, choice, routing.chosen(), take);
    int own = routing.experts() - passing;
    Buffer out = experts.build(program, name, rows, choice, own);
    Gather.Put put = weighsInput ? Gather.Put.SUM : Gather.Put.WEIGHTED;
    Gather.Passed passed = passing == 0 ? null : new Gather.Passed(in.view(), own);
    Buffer sum = program.gather(name + "sum", out, choice, routing.chosen(), put, passed);
    return shared == null ? sum : program.sum(name + "all", sum, sharedRows(program, layer, in), 1);
  }

  private Buffer sharedRows(ProgramBuilder program, int layer, Buffer in) {
    Buffer rows = shared.build(program, layer, in);
    if (sharedGate == null) {
      return rows;
    }
    Buffer gate = program.linear(layer + ".shared.gate", in, sharedGate);
    Buffer gated = new Buffer(layer + ".shared.gated", in.rows(), rows.width());
    program.add(new Gate(gate.view(), rows.view(), Activation.SIGMOID, gated));
    return gated;
  }
}
