package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.HarmlessKeys;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.ExpertLayers;
import io.github.nonplus.model.decoder.Heads;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.operand.Experts;
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// DBRX: layer norms without biases, clamped queries, keys and values, and experts in stacks.
final class Dbrx implements Family {
  private static final Map<String, String> KEYS =
      Map.of(
          "hidden_size", "d_model",
          "num_attention_heads", "n_heads",
          "num_hidden_layers", "n_layers",
          "max_position_embeddings", "max_seq_len");

  private static final double EPSILON = 1e-5;

  /// What acts in training alone, and a size that is said elsewhere.
  private static final List<String> UNREAD =
      List.of("moe_jitter_eps", "moe_loss_weight", "uniform_expert_assignment", "hidden_size");

  @Override
  public List<String> names() {
    return List.of("dbrx");
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(KEYS);
    ConfigReader attention = object(config, "attn_config");
    ConfigReader feedForward = object(config, "ffn_config");
    int keyHeads = attention.intOr("kv_n_heads", 1, 1);
    double clip = attention.positiveOr("clip_qkv", 0);
    double base = attention.positiveOr("rope_theta", 10_000);
    attention.refuseUnknown(HarmlessKeys.of("dbrx"));
    int inner = feedForward.requiredInt("ffn_hidden_size", 1);
    Sizes sizes =
        Sizes.read(config, keyHeads, 0, inner, config.requiredInt("hidden_size", 1))
            .requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(base, sizes.headSize()), sizes.positions());
    requireSame(config, positions, base, sizes, keyHeads);
    LlamaLike like = new LlamaLike(config, "dbrx", sizes);
    like.names("transformer.wte", "lm_head");
    Activation activation = activation(feedForward);
    int experts = Mixtures.experts(feedForward, like, "moe_num_experts");
    int chosen = Mixtures.chosen(feedForward, like, "moe_top_k", 1, experts);
    boolean divided = divided(feedForward);
    for (String key : UNREAD) {
      feedForward.find(key);
    }
    feedForward.refuseUnknown(HarmlessKeys.of("dbrx"));
    like.tied(false);
    return like.model(
        positions,
        Norming.layerWithoutBias("transformer.norm_f", EPSILON),
        layer -> {
          String at = "transformer.blocks.%d.".formatted(layer);
          String own = at + "norm_attn_norm.";
          Heads heads = sizes.attention();
          Fused.inRows(like, own + "attn.Wqkv", own + "attn.", heads);
          Attention part =
              Attention.of(
                      heads,
                      new Projection(own + "attn.q_proj", heads.queryWidth()),
                      new Projection(own + "attn.k_proj", heads.keyWidth()),
                      new Projection(own + "attn.v_proj", heads.valueWidth()),
                      new Projection(own + "attn.out_proj", sizes.hidden()))
                  .clip(clip)
                  .turning(Turning.halves(positions.rotation(), sizes.headSize()));
          return LlamaLike.normedBefore(
              Norming.layerWithoutBias(own + "norm_1", EPSILON),
              part,
              Norming.layerWithoutBias(own + "norm_2", EPSILON),
              Mixture.of(
                  Routing.softmax(
                      new Projection(at + "ffn.router.layer", experts), chosen, divided),
                  experts(like, at + "ffn.experts.mlp.", experts, activation)));
        });
  }

  private static ConfigReader object(ConfigReader config, String key) {
    return config
        .findObject(key)
        .orElseThrow(() -> config.failure(key + " is missing; give the whole config.json"));
  }

  /// Where both say a base, transformers obeys the newer one, and the older was meant.
  private static void requireSame(
      ConfigReader config, RotaryPositions positions, double base, Sizes sizes, int keyHeads) {
    if (positions.base().doubleValue() != base) {
      throw config.failure(
          "attn_config.rope_theta %s and rope_parameters %s contradict each other; remove the one that is wrong"
              .formatted(base, config.shown("rope_parameters")));
    }
    if (sizes.keyHeads() != keyHeads) {
      throw config.failure(
          "attn_config.kv_n_heads is %d and num_key_value_heads %d; remove the one that is wrong"
              .formatted(keyHeads, sizes.keyHeads()));
    }
  }

  private static Activation activation(ConfigReader feedForward) {
    Optional<ConfigReader> function = feedForward.findFilledObject("ffn_act_fn");
    String name = function.map(each -> each.stringOr("name", "silu")).orElse("silu");
    function.ifPresent(each -> each.refuseUnknown(java.util.Set.of()));
    if (!name.equals("silu")) {
      throw feedForward.failure("ffn_act_fn is '%s', expected silu".formatted(name));
    }
    return Activation.SILU;
  }

  /// By the sum of the weights; another norm of them is refused.
  private static boolean divided(ConfigReader feedForward) {
    if (!feedForward.json().has("moe_normalize_expert_weights")) {
      return true;
    }
    Optional<Double> norm = feedForward.findNumber("moe_normalize_expert_weights");
    if (norm.isPresent() && norm.get() != 1) {
      throw feedForward.failure(
          "moe_normalize_expert_weights is %s, expected 1 or null".formatted(norm.get()));
    }
    return norm.isPresent();
  }

  /// Stacks of outputs × inputs, but of the last, whose rows are inputs.
  private static ExpertLayers experts(
      LlamaLike like, String at, int experts, Activation activation) {
    int hidden = like.sizes().hidden();
    int inner = like.sizes().inner();
    for (String name : List.of("w1", "v1", "w2")) {
      Source stack = Source.stored(at + name, experts * inner, hidden);
      for (int e = 0; e < experts; e++) {
        like.source(
            at + e + "." + name + ".weight", Mixtures.of(stack, e, experts, name.equals("w2")));
      }
    }
    String one = at + Experts.NUMBER + ".";
    return ExpertLayers.gated(
        activation,
        new Projection(one + "w1", inner),
        new Projection(one + "v1", inner),
        new Projection(one + "w2", hidden));
  }
}
