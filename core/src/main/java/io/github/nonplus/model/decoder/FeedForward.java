package io.github.nonplus.model.decoder;

import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Curve;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.operand.Buffer;

/// A dense feed-forward layer: down(norm(activation(gate(x)) · up(x))), or without a gate
/// down(norm(curve(up(x)))).
///
/// @param gate null for none
/// @param activation of the gate; null if there is none
/// @param curve of `up` where there is no gate; null if there is one
/// @param norm null for none
public record FeedForward(
    Projection gate,
    Projection up,
    Projection down,
    Activation activation,
    Curve curve,
    Norming norm)
    implements Part {
  /// With a gate.
  public static FeedForward gated(
      Activation activation, Projection gate, Projection up, Projection down) {
    return new FeedForward(gate, up, down, activation, null, null);
  }

  /// With a gate, and layers of the usual names.
  ///
  /// @param at `model.layers.3.mlp.`
  /// @param inner width between the layers
  /// @param hidden width of the residual stream
  public static FeedForward gated(
      Activation activation, String at, int inner, int hidden, boolean bias) {
    return gated(
        activation,
        new Projection(at + "gate_proj", inner, bias),
        new Projection(at + "up_proj", inner, bias),
        new Projection(at + "down_proj", hidden, bias));
  }

  /// Without a gate.
  public static FeedForward plain(Curve curve, Projection up, Projection down) {
    return new FeedForward(null, up, down, null, curve, null);
  }

  /// Without a gate.
  public static FeedForward plain(Activation activation, Projection up, Projection down) {
    return plain(new Curve.Activated(activation), up, down);
  }

  /// The same with a norm before the last layer.
  public FeedForward with(Norming inner) {
    return new FeedForward(gate, up, down, activation, curve, inner);
  }

  @Override
  public Buffer build(ProgramBuilder program, int layer, Buffer in) {
    String name = layer + ".";
    Buffer gates = gate == null ? null : program.linear(name + "gate", in, gate);
    Buffer ups = program.linear(name + "up", in, up);
    Buffer bent = program.tokens(name + (gate == null ? "activated" : "gated"), ups.width());
    program.add(
        gate == null
            ? new Elementwise(ups.view(), curve, bent)
            : new Gate(gates.view(), ups.view(), activation, bent));
    return program.linear(name + "down", program.norm(name + "inner.norm", bent, norm, 1), down);
  }
}
