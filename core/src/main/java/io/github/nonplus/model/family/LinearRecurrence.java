package io.github.nonplus.model.family;

import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.ProgramBuilder;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.weights.Source;
import java.util.ArrayList;
import java.util.List;

/// Griffin's recurrent block: a short convolution, a gated linear recurrence whose gates are
/// computed head by head, and a branch that gates the result.
///
/// @param at where its tensors are: `model.layers.3.temporal_block.`
/// @param hidden width of the residual stream
/// @param width of the recurrence
/// @param heads that its gates are computed by
/// @param activation of the branch that gates
record LinearRecurrence(
    String at, int hidden, int width, int heads, int taps, Activation activation) implements Part {
  LinearRecurrence {
    if (width % heads != 0) {
      throw new IllegalArgumentException("%d columns in %d heads".formatted(width, heads));
    }
  }

  /// Gates are stored as (head, input, output), and their biases as (head, output).
  LinearRecurrence from(LlamaLike like) {
    Convolutions.whole(like, at + "conv_1d", width, taps);
    int size = width / heads;
    for (String gate : List.of("input_gate", "recurrent_gate")) {
      String stored = at + "rg_lru." + gate;
      Source weights = Source.stored(stored + "_weight", heads, size, size);
      Source biases = Source.stored(stored + "_bias", heads, size);
      for (int head = 0; head < heads; head++) {
        String name = gate(gate, head);
        like.source(name + ".weight", weights.rows(head * size, (head + 1) * size).transposed());
        like.source(name + ".bias", biases.rows(head, head + 1).flattened());
      }
    }
    return this;
  }

  private String gate(String gate, int head) {
    return "%srg_lru.%s.%d".formatted(at, gate, head);
  }

  @Override
  public Buffer build(ProgramBuilder program, int layer, Buffer in) {
    String name = layer + ".";
    Buffer y = program.linear(name + "y", in, new Projection(at + "linear_y", width, true));
    Buffer x = program.linear(name + "x", in, new Projection(at + "linear_x", width, true));
    Buffer u = program.convolve(name + "u", x, at + "conv_1d", taps, true);
    Buffer gate = gates(program, name + "input", u, "input_gate");
    Buffer recurrence = gates(program, name + "recurrence", u, "recurrent_gate");
    ScanLaw law =
        new ScanLaw.Gated(
            u.view(),
            gate.view(),
            recurrence.view(),
            Parameter.vector(at + "rg_lru.recurrent_param", width));
    Buffer h = program.scan(name + "h", law);
    Buffer gated = program.gate(name + "h.gated", activation, y.view(), h.view());
    return program.linear(name + "o", gated, new Projection(at + "linear_out", hidden, true));
  }

  private Buffer gates(ProgramBuilder program, String name, Buffer u, String gate) {
    int size = width / heads;
    List<View> parts = new ArrayList<>();
    for (int head = 0; head < heads; head++) {
      View own = new View(u, head * size, size);
      Projection projection = new Projection(gate(gate, head), size, true);
      parts.add(program.linear(name + "." + head, own, projection).view());
    }
    Buffer all = program.concatenate(name + ".all", parts);
    return program.activate(name, all, Activation.SIGMOID);
  }
}
