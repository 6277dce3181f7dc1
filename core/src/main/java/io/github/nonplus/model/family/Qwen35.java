package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// Qwen3.5: three layers of the gated delta rule to one of attention, whose output is gated and of
/// whose heads a quarter turns; norms whose stored weight is what is beyond 1.
final class Qwen35 implements Family {
  @Override
  public List<String> names() {
    return List.of("qwen3_5_text");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 0, 256).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.part(10_000, 0.25, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, names().getFirst(), sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", false);
    QwenMixers mixers = new QwenMixers(like, config, positions, epsilon, bias);
    like.tied(false);
    return like.model(
        positions,
        Norming.rmsBeyondOne("model.norm", epsilon),
        layer ->
            LlamaLike.normedBefore(
                Norming.rmsBeyondOne(LlamaLike.at(layer) + "input_layernorm", epsilon),
                mixers.of(layer),
                Norming.rmsBeyondOne(LlamaLike.at(layer) + "post_attention_layernorm", epsilon),
                like.gated(layer, activation, false)));
  }
}
