package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// OLMo: Llama with layer norms that have no weights, and queries, keys and values that may be
/// clamped.
final class Olmo implements Family {
  private static final double EPSILON = 1e-5;

  @Override
  public List<String> names() {
    return List.of("olmo");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "olmo", sizes);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", false);
    double clip = config.find("clip_qkv").isPresent() ? like.positive("clip_qkv", 1) : 0;
    like.tied(false);
    Norming norm = Norming.layerWithoutBias(null, EPSILON);
    return like.model(
        positions,
        norm,
        layer ->
            LlamaLike.normedBefore(
                norm,
                like.turning(layer, bias, bias, positions.rotation()).clip(clip),
                norm,
                like.gated(layer, activation, false)));
  }
}
