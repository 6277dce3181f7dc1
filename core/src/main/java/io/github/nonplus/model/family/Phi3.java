package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import java.util.List;
import java.util.Map;

/// Phi-3 and Phi-4: Llama whose projections are stored as one, with a sliding window, and with
/// factors for short and long windows.
final class Phi3 implements Family {
  @Override
  public List<String> names() {
    return List.of("phi3");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config);
    RotaryKeys keys =
        RotaryKeys.part(10_000, 1, sizes.headSize())
            .with(Map.of("su", "longrope", "yarn", "longrope"));
    RotaryPositions positions = RotationReader.fromHuggingFace(config, keys, sizes.positions());
    LlamaLike like = new LlamaLike(config, "phi3", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "silu");
    LayerKinds kinds = LayerKinds.read(config, sizes.layers(), 0, _ -> true);
    like.tied(false);
    Turning turning = Turning.halves(positions.rotation(), positions.turned(sizes.headSize()));
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          Fused.inRows(like, at + "self_attn.qkv_proj", at + "self_attn.", sizes.attention());
          Fused.gateAndUp(like, at + "mlp.");
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", epsilon),
              like.attention(layer, false, false).turning(turning).mask(kinds.mask(layer)),
              Norming.rms(at + "post_attention_layernorm", epsilon),
              like.gated(layer, activation, false));
        });
  }
}
