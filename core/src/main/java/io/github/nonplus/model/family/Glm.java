package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// GLM and GLM-4: half of each head turns in neighbours; the fourth has norms after the branches,
/// too.
final class Glm implements Family {
  private final boolean fourth;

  private Glm(boolean fourth) {
    this.fourth = fourth;
  }

  static Glm first() {
    return new Glm(false);
  }

  static Glm fourth() {
    return new Glm(true);
  }

  @Override
  public List<String> names() {
    return List.of(fourth ? "glm4" : "glm");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 2, 128);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.part(10_000, 0.5, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, names().getFirst(), sizes);
    double epsilon = like.positive("rms_norm_eps", 1.5625e-7);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", true);
    like.tied(false);
    Turning turning = Turning.neighbours(positions.rotation(), positions.turned(sizes.headSize()));
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          Fused.gateAndUp(like, at + "mlp.");
          Attention attention = like.attention(layer, bias, false).turning(turning);
          FeedForward feedForward = like.gated(layer, activation, false);
          Norming first = Norming.rms(at + "input_layernorm", epsilon);
          Norming second = Norming.rms(at + "post_attention_layernorm", epsilon);
          return fourth
              ? Block.sequential(
                  Branch.of("attention", first, attention)
                      .then(Norming.rms(at + "post_self_attn_layernorm", epsilon)),
                  Branch.of("mlp", second, feedForward)
                      .then(Norming.rms(at + "post_mlp_layernorm", epsilon)))
              : LlamaLike.normedBefore(first, attention, second, feedForward);
        });
  }
}
