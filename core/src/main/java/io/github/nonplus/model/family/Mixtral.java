package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// Mixtral: Mistral with experts, whose weights are divided by their sum.
final class Mixtral implements Family {
  @Override
  public List<String> names() {
    return List.of("mixtral");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 8, 0).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(1_000_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "mixtral", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "silu");
    LayerKinds kinds = LayerKinds.read(config, sizes.layers(), 0, _ -> true);
    int experts = Mixtures.experts(config, like, "num_local_experts");
    int chosen = Mixtures.chosen(config, like, "num_experts_per_tok", 2, experts);
    like.tied(false);
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          String mixture = at + "block_sparse_moe.";
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", epsilon),
              like.turning(layer, false, false, positions.rotation()).mask(kinds.mask(layer)),
              Norming.rms(at + "post_attention_layernorm", epsilon),
              Mixture.of(
                  Routing.softmax(new Projection(mixture + "gate", experts), chosen, true),
                  Mixtures.numbered(
                      activation, mixture + "experts.", sizes.inner(), sizes.hidden())));
        });
  }
}
