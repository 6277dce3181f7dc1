package io.github.nonplus.model.family;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.rotation.LongRotation;
import java.util.List;

/// Phi-3.5-MoE: layer norms, biases, and a router that weighs each of two experts among those that
/// are near it.
final class PhiMoe implements Family {
  /// Half of [Route#SPARSE_BAND].
  private static final double JITTER = 0.01;

  @Override
  public List<String> names() {
    return List.of("phimoe");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 8, 0).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            shortScale(config), RotaryKeys.whole(1_000_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "phimoe", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", false);
    boolean headBias = like.flag("lm_head_bias", false);
    LayerKinds kinds = LayerKinds.read(config, sizes.layers(), 0, _ -> true);
    int experts = Mixtures.experts(config, like, "num_local_experts");
    requireSparse(config, like, experts);
    like.tied(false);
    if (positions.rotation() instanceof LongRotation rotation) {
      like.limit(rotation.originalPositions()); // beyond it, the published versions differ
    }
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = LlamaLike.at(layer);
              String mixture = at + "block_sparse_moe.";
              return LlamaLike.normedBefore(
                  Norming.layer(at + "input_layernorm", epsilon),
                  like.turning(layer, bias, bias, positions.rotation()).mask(kinds.mask(layer)),
                  Norming.layer(at + "post_attention_layernorm", epsilon),
                  Mixture.of(
                      Routing.sparse(new Projection(mixture + "gate", experts)),
                      Mixtures.numbered(
                          activation, mixture + "experts.", sizes.inner(), sizes.hidden())));
            });
    return like.model(
        positions,
        new Decoder(
            like.embedding(),
            blocks,
            Norming.layer("model.norm", epsilon),
            headBias ? like.head().withBias() : like.head()));
  }

  /// The configuration with the scale of short windows where others have the attention's factor:
  /// the scale of long windows is for windows that are refused.
  private static ConfigReader shortScale(ConfigReader config) {
    ObjectNode json = config.json().deepCopy();
    for (String key : List.of("rope_scaling", "rope_parameters")) {
      if (json.path(key) instanceof ObjectNode rope && rope.has("short_mscale")) {
        rope.set("attention_factor", rope.get("short_mscale"));
        rope.remove(List.of("short_mscale", "long_mscale"));
      }
      config.find(key);
    }
    config.find("rope_theta");
    config.find("original_max_position_embeddings");
    return new ConfigReader(config.path(), json);
  }

  private static void requireSparse(ConfigReader config, LlamaLike like, int experts) {
    int chosen = Mixtures.chosen(config, like, "num_experts_per_tok", 2, experts);
    double jitter = config.positiveOr("router_jitter_noise", JITTER);
    if (chosen != 2 || experts < 3 || jitter != JITTER) {
      throw config.failure(
          "a router of %d experts of %d with router_jitter_noise %s; this family has 2 of 3 or more with %s"
              .formatted(chosen, experts, jitter, JITTER));
    }
  }
}
