package io.github.nonplus.model.family;

import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.ProgramBuilder;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.View;

/// What Gemma 4 adds to each layer beside attention and feed-forward layer: a small input that is
/// computed once for all layers, from the embedded tokens and from a table of their own.
///
/// @param width of the input of one layer
/// @param layers how many there are
/// @param rows of the table
/// @param hidden width of the residual stream
record SideInputs(int width, int layers, int rows, int hidden, double epsilon)
    implements Decoder.Preparation {
  private static final String NAME = "side inputs";

  /// (norm(projection(x) / √hidden) + table(token) · √width) / √2, a group of columns for each
  /// layer.
  @Override
  public void build(ProgramBuilder program, Buffer embedded) {
    int all = Math.multiplyExact(width, layers);
    Buffer projected =
        program.linear(
            "side.projected", embedded, new Projection("model.per_layer_model_projection", all));
    Buffer scaled =
        program.scale("side.scaled", projected, new Factor.Constant(1 / Math.sqrt(hidden)));
    Buffer normed =
        program.norm(
            "side.norm", scaled, Norming.rms("model.per_layer_projection_norm", epsilon), layers);
    Buffer named = program.tokens("side.tokens", all);
    program.add(
        new Embed(
            Parameter.matrix("model.embed_tokens_per_layer.weight", rows, all),
            Embed.Index.TOKEN,
            0,
            Math.sqrt(width),
            named));
    Buffer inputs = program.tokens("side", all);
    double half = 1 / Math.sqrt(2);
    program.add(new Combine(normed.view(), half, named.view(), half, inputs));
    program.share(NAME, inputs);
  }

  /// projection(activation(gate(x)) · the layer's input).
  Part of(Activation activation) {
    return (program, layer, in) -> {
      String at = LlamaLike.at(layer);
      Buffer gate =
          program.linear(
              layer + ".side.gate", in, new Projection(at + "per_layer_input_gate", width));
      View input = new View(program.shared(NAME), layer * width, width);
      Buffer gated = program.tokens(layer + ".side.gated", width);
      program.add(new Gate(gate.view(), input, activation, gated));
      return program.linear(
          layer + ".side.projected", gated, new Projection(at + "per_layer_projection", hidden));
    };
  }
}
