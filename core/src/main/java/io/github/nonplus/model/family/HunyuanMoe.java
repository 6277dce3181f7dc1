package io.github.nonplus.model.family;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// Hunyuan with experts of full width beside a shared layer.
final class HunyuanMoe implements Family {
  @Override
  public List<String> names() {
    return List.of("hunyuan_v1_moe");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "hunyuan_v1_moe", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", false);
    if (config.booleanOr("use_cla", false)) {
      throw config.failure("use_cla is true, which is not implemented");
    }
    if (config.booleanOr("use_mixed_mlp_moe", false)) {
      throw config.failure(
          "use_mixed_mlp_moe is true, which transformers does not read: it adds a shared layer to"
              + " every mixture, whatever this key says; set it to false to compute that");
    }
    List<Integer> experts = byLayer(config, "num_experts", sizes.layers(), 1);
    List<Integer> chosen = byLayer(config, "moe_topk", sizes.layers(), 1);
    like.fact("experts", experts.getFirst()).fact("experts_per_token", chosen.getFirst());
    like.tied(false);
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          String mlp = at + "mlp.";
          int count = experts.get(layer);
          Attention attention =
              like.turning(layer, bias, bias, positions.rotation())
                  .norms(
                      Norming.rms(at + "self_attn.query_layernorm", epsilon),
                      Norming.rms(at + "self_attn.key_layernorm", epsilon))
                  .normingAfterTurning();
          Mixture mixture =
              Mixture.of(
                      Routing.softmax(
                          new Projection(mlp + "gate.wg", count), chosen.get(layer), true),
                      Mixtures.layers(
                          like, mlp + "experts.", count, sizes.inner(), activation, false))
                  .beside(Mixtures.shared(like, mlp + "shared_mlp.", sizes.inner(), 1, activation));
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", epsilon),
              attention,
              Norming.rms(at + "post_attention_layernorm", epsilon),
              mixture);
        });
  }

  /// A number, or a list of one for each layer.
  private static List<Integer> byLayer(ConfigReader config, String key, int layers, int absent) {
    if (!config.find(key).map(JsonNode::isArray).orElse(false)) {
      return java.util.Collections.nCopies(layers, config.intOr(key, 1, absent));
    }
    List<Integer> numbers = Mixtures.numbers(config, key);
    if (numbers.size() != layers || numbers.stream().anyMatch(number -> number < 1)) {
      throw config.failure(
          "%s is %s, expected a number above 0 for each of %d layers"
              .formatted(key, config.shown(key), layers));
    }
    return numbers;
  }
}
