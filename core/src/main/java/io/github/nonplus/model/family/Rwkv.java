package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.ProgramBuilder;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Convolve;
import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.op.Taps;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.Map;

/// RWKV-4: what layers read is mixed with the token before, and instead of attention there is a
/// mean of values whose weights decay.
final class Rwkv implements Family {
  private static final Map<String, String> NAMES =
      Map.of("max_position_embeddings", "context_length", "layer_norm_eps", "layer_norm_epsilon");

  @Override
  public List<String> names() {
    return List.of("rwkv");
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(NAMES);
    int hidden = config.requiredInt("hidden_size", 1);
    int inner = config.intOr("intermediate_size", 1, Math.multiplyExact(4, hidden));
    Sizes sizes = Sizes.withoutHeads(config, inner);
    LlamaLike like = new LlamaLike(config, "rwkv", sizes).withoutHeads();
    double epsilon = like.positive("layer_norm_eps", 1e-5);
    int width = config.intOr("attention_hidden_size", 1, hidden);
    like.names("rwkv.embeddings", "head").tied(false);
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = "rwkv.blocks.%d.".formatted(layer);
              return LlamaLike.normedBefore(
                  Norming.layer(at + "ln1", epsilon),
                  means(like, at + "attention.", width),
                  Norming.layer(at + "ln2", epsilon),
                  feedForward(like, at + "feed_forward."));
            });
    return like.model(
        null,
        new Decoder(
            like.embedding().with(Norming.layer("rwkv.blocks.0.pre_ln", epsilon)),
            blocks,
            Norming.layer("rwkv.ln_out", epsilon),
            like.head()));
  }

  /// The names of what a row is mixed for.
  private static void mixes(LlamaLike like, String at, String... names) {
    int hidden = like.sizes().hidden();
    for (String name : names) {
      String tensor = at + "time_mix_" + name;
      like.source(tensor, Source.stored(tensor, 1, 1, hidden).flattened());
    }
  }

  /// A linear layer of rows mixed with those before.
  private static Buffer shifted(
      ProgramBuilder program, String name, Buffer in, String at, String tensor, int width) {
    Buffer mixed = program.tokens(name + ".mixed", in.width());
    Parameter share = Parameter.vector(at + "time_mix_" + tensor, in.width());
    program.add(new Convolve(in.view(), new Taps.Blend(share), null, mixed));
    return program.linear(name, mixed, new Projection(at + tensor, width));
  }

  private static Part means(LlamaLike like, String at, int width) {
    mixes(like, at, "key", "value", "receptance");
    return (program, layer, in) -> {
      String name = layer + ".";
      Buffer k = shifted(program, name + "k", in, at, "key", width);
      Buffer v = shifted(program, name + "v", in, at, "value", width);
      Buffer r = shifted(program, name + "r", in, at, "receptance", width);
      ScanLaw law =
          new ScanLaw.Weighted(
              k.view(),
              v.view(),
              Parameter.vector(at + "time_decay", width),
              Parameter.vector(at + "time_first", width));
      Buffer mean = program.scan(name + "mean", law);
      Buffer gated = program.gate(name + "gated", Activation.SIGMOID, r.view(), mean.view());
      return program.linear(name + "o", gated, new Projection(at + "output", in.width()));
    };
  }

  private static Part feedForward(LlamaLike like, String at) {
    mixes(like, at, "key", "receptance");
    return (program, layer, in) -> {
      String name = layer + ".mlp.";
      int inner = like.sizes().inner();
      Buffer k = shifted(program, name + "k", in, at, "key", inner);
      Buffer r = shifted(program, name + "r", in, at, "receptance", in.width());
      Buffer bent = program.activate(name + "bent", k, Activation.RELU_SQUARED);
      Buffer v = program.linear(name + "v", bent, new Projection(at + "value", in.width()));
      return program.gate(name + "gated", Activation.SIGMOID, r.view(), v.view());
    };
  }
}
