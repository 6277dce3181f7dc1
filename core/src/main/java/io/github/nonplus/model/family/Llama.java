package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// Llama: norms before attention and before a gated feed-forward layer.
final class Llama implements Family {
  @Override
  public List<String> names() {
    return List.of("llama");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config).requireEvenHeads(config);
    RotaryKeys keys = RotaryKeys.whole(10_000, sizes.headSize());
    RotaryPositions positions = RotationReader.fromHuggingFace(config, keys, sizes.positions());
    LlamaLike llama = new LlamaLike(config, "llama", sizes);
    double epsilon = llama.positive("rms_norm_eps", 1e-6);
    llama.fact("rotation", positions.rotation());
    Activation activation = llama.activation("hidden_act", "silu");
    boolean attentionBias = llama.flag("attention_bias", false);
    boolean bias = llama.flag("mlp_bias", false);
    llama.tied(false);
    return llama.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer ->
            LlamaLike.normedBefore(
                Norming.rms(LlamaLike.at(layer) + "input_layernorm", epsilon),
                llama.turning(layer, attentionBias, attentionBias, positions.rotation()),
                Norming.rms(LlamaLike.at(layer) + "post_attention_layernorm", epsilon),
                llama.gated(layer, activation, bias)));
  }
}
