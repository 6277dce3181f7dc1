package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// Jamba: selective state spaces with norms of what they choose, attention without positions every
/// so many layers, and experts every so many.
final class Jamba implements Family {
  @Override
  public List<String> names() {
    return List.of("jamba");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 8, 0);
    LlamaLike like = new LlamaLike(config, "jamba", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.silu("hidden_act");
    Turn attending = Turn.read(config, "attn_layer", 8, 4);
    Turn choosing = Turn.read(config, "expert_layer", 2, 1);
    int experts = Mixtures.experts(config, like, "num_experts");
    int chosen = Mixtures.chosen(config, like, "num_experts_per_tok", 2, experts);
    int width = Math.multiplyExact(config.intOr("mamba_expand", 1, 2), sizes.hidden());
    int least = Math.ceilDiv(sizes.hidden(), 16);
    boolean follows =
        config.find("mamba_dt_rank").filter(value -> value.asText().equals("auto")).isPresent();
    int rank = follows ? least : config.intOr("mamba_dt_rank", 1, least);
    int states = config.intOr("mamba_d_state", 1, 16);
    int taps = config.intOr("mamba_d_conv", 1, 4);
    boolean bias = like.flag("mamba_proj_bias", false);
    boolean convolutionBias = like.flag("mamba_conv_bias", true);
    like.tied(false);
    return like.model(
        null,
        Norming.rms("model.final_layernorm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          String space = at + "mamba.";
          Part mixer =
              attending.has(layer)
                  ? like.attention(layer, false, false)
                  : new SelectiveSpace(
                          space,
                          sizes.hidden(),
                          width,
                          rank,
                          states,
                          taps,
                          bias,
                          convolutionBias,
                          new SelectiveSpace.Norms(
                              Norming.rms(space + "dt_layernorm", epsilon),
                              Norming.rms(space + "b_layernorm", epsilon),
                              Norming.rms(space + "c_layernorm", epsilon)))
                      .from(like);
          String fed = at + "feed_forward.";
          Part feedForward =
              experts > 1 && choosing.has(layer)
                  ? Mixture.of(
                      Routing.softmax(new Projection(fed + "router", experts), chosen, false),
                      Mixtures.layers(
                          like, fed + "experts.", experts, sizes.inner(), activation, false))
                  : FeedForward.gated(activation, fed, sizes.inner(), sizes.hidden(), false);
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", epsilon),
              mixer,
              Norming.rms(at + "pre_ff_layernorm", epsilon),
              feedForward);
        });
  }

  /// Every so many layers, from one of the first on.
  private record Turn(int period, int offset) {
    static Turn read(ConfigReader config, String what, int period, int offset) {
      return new Turn(
          config.intOr(what + "_period", 1, period), config.intOr(what + "_offset", 0, offset));
    }

    boolean has(int layer) {
      return layer % period == offset;
    }
  }
}
