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
import io.github.nonplus.weights.RowOrder;
import io.github.nonplus.weights.Source;

/// What Gemma 4 adds to each layer beside attention and feed-forward layer: a small input that is
/// computed once for all layers, from the embedded tokens and from a table of their own.
///
/// @param width of the input of one layer
/// @param layers how many there are
/// @param rows of the table, at least one for each token
/// @param hidden width of the residual stream
record SideInputs(int width, int layers, int rows, int hidden, double epsilon)
    implements Decoder.Preparation {
  private static final String NAME = "side inputs";
  private static final String TABLE = "model.embed_tokens_per_layer.weight";

  /// Those of a model whose table may have fewer rows than there are tokens: the others, which
  /// stand for images and sounds, take the first row.
  ///
  /// @param stored rows of the table
  static SideInputs of(LlamaLike like, int width, int stored, double epsilon) {
    Sizes sizes = like.sizes();
    int tokens = sizes.vocabulary();
    if (width > 0 && stored < tokens) {
      like.source(
          TABLE,
          Source.stored(TABLE, stored, Math.multiplyExact(width, sizes.layers()))
              .gathered(RowOrder.of(tokens, token -> token < stored ? token : 0)));
    }
    return new SideInputs(width, sizes.layers(), Math.max(stored, tokens), sizes.hidden(), epsilon);
  }

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
            Parameter.matrix(TABLE, rows, all), Embed.Index.TOKEN, 0, Math.sqrt(width), named));
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
