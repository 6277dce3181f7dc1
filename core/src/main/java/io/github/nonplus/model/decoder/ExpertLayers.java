package io.github.nonplus.model.decoder;

import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Curve;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.List;

/// The feed-forward layers of experts, by the names of their tensors, in which [Experts#NUMBER]
/// stands for the expert's number.
///
/// @param gate null for none
/// @param curve of `up` where there is no gate; null if there is one
/// @param limit of the gate and of what it gates; 0 for none
/// @param offset added to what is gated
public record ExpertLayers(
    Projection gate,
    Projection up,
    Projection down,
    Activation activation,
    Curve curve,
    double limit,
    double offset) {
  /// With a gate.
  public static ExpertLayers gated(
      Activation activation, Projection gate, Projection up, Projection down) {
    return new ExpertLayers(gate, up, down, activation, null, 0, 0);
  }

  /// With a gate, and layers of the usual names.
  ///
  /// @param at `model.layers.3.mlp.experts.{e}.`
  /// @param inner width between the layers
  /// @param hidden width of what they read and write
  public static ExpertLayers gated(Activation activation, String at, int inner, int hidden) {
    return gated(
        activation,
        new Projection(at + "gate_proj", inner),
        new Projection(at + "up_proj", inner),
        new Projection(at + "down_proj", hidden));
  }

  /// Without a gate.
  public static ExpertLayers plain(Curve curve, Projection up, Projection down) {
    return new ExpertLayers(null, up, down, null, curve, 0, 0);
  }

  /// The same with limits.
  public ExpertLayers limited(double most, double added) {
    return new ExpertLayers(gate, up, down, activation, curve, most, added);
  }

  /// Adds their operations to a program.
  ///
  /// @param rows of a routed space
  /// @param count how many experts there are
  Buffer build(ProgramBuilder program, String name, Buffer rows, Buffer routing, int count) {
    List<Projection> first = new ArrayList<>();
    if (gate != null) {
      first.add(gate);
    }
    first.add(up);
    Buffer wide = program.experts(name + "up", rows, routing, first, count);
    Buffer bent = new Buffer(name + "bent", rows.rows(), up.outputs());
    if (gate == null) {
      program.add(new Elementwise(wide.view(), curve, bent));
    } else {
      View gates = new View(wide, 0, gate.outputs());
      View ups = new View(wide, gate.outputs(), up.outputs());
      program.add(new Gate(gates, ups, activation, limit, offset, bent));
    }
    return program.experts(name + "down", bent, routing, List.of(down), count);
  }
}
