package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.ExpertLayers;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.operand.Experts;
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.Map;

/// JetMoE: experts in attention, too. Each chosen expert makes a query of every key head, and maps
/// what its queries found back.
final class JetMoe implements Family {
  private static final double EPSILON = 1e-6;

  @Override
  public List<String> names() {
    return List.of("jetmoe");
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(Map.of("head_dim", "kv_channels"));
    Sizes sizes = Sizes.read(config, 16, 128).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "jetmoe", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.activation("activation_function", "silu");
    int experts = Mixtures.experts(config, like, "num_local_experts");
    int chosen = Mixtures.chosen(config, like, "num_experts_per_tok", 2, experts);
    if (sizes.heads() != sizes.keyHeads() * chosen) {
      throw config.failure(
          "num_attention_heads is %d, expected %d for each of %d chosen experts"
              .formatted(sizes.heads(), sizes.keyHeads(), chosen));
    }
    like.tied(true);
    Turning turning = Turning.halves(positions.rotation(), sizes.headSize());
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          String own = at + "self_attention.experts.";
          int width = sizes.keyHeads() * sizes.headSize();
          sources(like, own, experts, width);
          Part attention =
              new ExpertAttention(
                  sizes.attention(),
                  routing(own, experts, chosen),
                  new Projection(own + Experts.NUMBER + ".input", width),
                  new Projection(own + Experts.NUMBER + ".output", sizes.hidden(), true),
                  new Projection(at + "self_attention.kv_proj", 2 * width),
                  turning);
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", EPSILON),
              attention,
              Norming.rms(at + "post_attention_layernorm", EPSILON),
              Mixture.of(
                  routing(at + "mlp.", experts, chosen),
                  feedForward(like, at + "mlp.", experts, activation)));
        });
  }

  private static Routing routing(String at, int experts, int chosen) {
    return Routing.softmax(new Projection(at + "router.layer", experts), chosen, true);
  }

  /// Weights of the experts add up to 1, so the one bias of a layer may as well be that of each
  /// expert.
  private static void sources(LlamaLike like, String at, int experts, int width) {
    int hidden = like.sizes().hidden();
    Source input = Source.stored(at + "input_linear.weight", experts, width, hidden);
    Source output = Source.stored(at + "output_linear.weight", experts, hidden, width);
    for (int e = 0; e < experts; e++) {
      like.source(at + e + ".input.weight", Mixtures.of(input, e, experts, false));
      like.source(at + e + ".output.weight", Mixtures.of(output, e, experts, false));
      like.source(at + e + ".output.bias", Source.stored(at + "bias", hidden));
    }
  }

  private static ExpertLayers feedForward(
      LlamaLike like, String at, int experts, Activation activation) {
    ExpertLayers plain = GraniteMoe.stacked(like, at, experts, activation);
    for (int e = 0; e < experts; e++) {
      like.source(at + e + ".down.bias", Source.stored(at + "bias", like.sizes().hidden()));
    }
    Projection down = plain.down();
    return ExpertLayers.gated(
        activation, plain.gate(), plain.up(), new Projection(down.name(), down.outputs(), true));
  }
}
