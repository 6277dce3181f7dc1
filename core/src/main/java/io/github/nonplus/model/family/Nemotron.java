package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Norm;
import java.util.List;

/// Nemotron: layer norms whose stored weight is what is beyond 1, half of each head turns, and the
/// feed-forward layer squares positive numbers.
final class Nemotron implements Family {
  @Override
  public List<String> names() {
    return List.of("nemotron");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.part(10_000, 0.5, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "nemotron", sizes);
    double epsilon = like.positive("norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "relu2");
    boolean attentionBias = like.flag("attention_bias", false);
    boolean bias = like.flag("mlp_bias", false);
    like.tied(false);
    Turning turning = Turning.halves(positions.rotation(), positions.turned(sizes.headSize()));
    return like.model(
        positions,
        norm("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          return LlamaLike.normedBefore(
              norm(at + "input_layernorm", epsilon),
              like.attention(layer, attentionBias, attentionBias).turning(turning),
              norm(at + "post_attention_layernorm", epsilon),
              FeedForward.plain(
                  activation,
                  new Projection(at + "mlp.up_proj", sizes.inner(), bias),
                  new Projection(at + "mlp.down_proj", sizes.hidden(), bias)));
        });
  }

  private static Norming norm(String name, double epsilon) {
    return new Norming(Norm.Kind.LAYER, name, true, 1, epsilon);
  }
}
