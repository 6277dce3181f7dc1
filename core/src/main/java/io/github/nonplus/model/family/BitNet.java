package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// BitNet in weights that are not packed: norms within attention and feed-forward layer, too.
final class BitNet implements Family {
  @Override
  public List<String> names() {
    return List.of("bitnet");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(500_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "bitnet", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "relu2");
    boolean bias = like.flag("attention_bias", false);
    like.tied(false);
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", epsilon),
              like.turning(layer, bias, bias, positions.rotation())
                  .outputNorm(Norming.rms(at + "self_attn.attn_sub_norm", epsilon)),
              Norming.rms(at + "post_attention_layernorm", epsilon),
              like.gated(layer, activation, false)
                  .with(Norming.rms(at + "mlp.ffn_sub_norm", epsilon)));
        });
  }
}
