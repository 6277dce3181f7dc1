package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// OLMoE and FlexOlmo: norms of all queries and of all keys at once, and experts; the first has
/// norms before its branches, the second after them.
final class Olmoe implements Family {
  private final boolean flexible;

  private Olmoe(boolean flexible) {
    this.flexible = flexible;
  }

  static Olmoe first() {
    return new Olmoe(false);
  }

  static Olmoe flexible() {
    return new Olmoe(true);
  }

  @Override
  public List<String> names() {
    return List.of(flexible ? "flex_olmo" : "olmoe");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config,
            RotaryKeys.whole(flexible ? 500_000 : 10_000, sizes.headSize()),
            sizes.positions());
    LlamaLike like = new LlamaLike(config, names().getFirst(), sizes);
    double epsilon = like.positive("rms_norm_eps", flexible ? 1e-6 : 1e-5);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", false);
    double clip = flexible ? 0 : config.findNumber("clip_qkv").orElse(0.0);
    int experts = Mixtures.experts(config, like, "num_experts", "num_local_experts");
    int chosen = Mixtures.chosen(config, like, "num_experts_per_tok", flexible ? 5 : 8, experts);
    boolean divided = like.flag("norm_topk_prob", false);
    like.tied(false);
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          Attention attention =
              like.turning(layer, bias, bias, positions.rotation())
                  .norms(
                      Norming.rms(at + "self_attn.q_norm", epsilon),
                      Norming.rms(at + "self_attn.k_norm", epsilon))
                  .normingWholeRows()
                  .clipAfterNorms(clip);
          Mixture mixture =
              Mixture.of(
                  Routing.softmax(new Projection(at + "mlp.gate", experts), chosen, divided),
                  Mixtures.layers(
                      like, at + "mlp.experts.", experts, sizes.inner(), activation, false));
          Norming second = Norming.rms(at + "post_attention_layernorm", epsilon);
          return flexible
              ? Block.sequential(
                  Branch.of("attention", null, attention).then(second),
                  Branch.of("mlp", null, mixture)
                      .then(Norming.rms(at + "post_feedforward_layernorm", epsilon)))
              : LlamaLike.normedBefore(
                  Norming.rms(at + "input_layernorm", epsilon), attention, second, mixture);
        });
  }
}
