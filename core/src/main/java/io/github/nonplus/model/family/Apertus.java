package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Curve;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.Source;
import java.util.List;

/// Apertus: norms of heads, and a feed-forward layer whose activation has learnt numbers.
final class Apertus implements Family {
  @Override
  public List<String> names() {
    return List.of("apertus");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(12_000_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "apertus", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    String activation = config.stringOr("hidden_act", "xielu");
    if (!activation.equals("xielu")) {
      throw config.failure("hidden_act is '%s', only 'xielu' is implemented".formatted(activation));
    }
    boolean bias = like.flag("attention_bias", false);
    like.tied(false);
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          return LlamaLike.normedBefore(
              Norming.rms(at + "attention_layernorm", epsilon),
              like.turning(layer, bias, bias, positions.rotation())
                  .norms(
                      Norming.rms(at + "self_attn.q_norm", epsilon),
                      Norming.rms(at + "self_attn.k_norm", epsilon)),
              Norming.rms(at + "feedforward_layernorm", epsilon),
              FeedForward.plain(
                  xielu(like, at + "mlp.act_fn."),
                  new Projection(at + "mlp.up_proj", sizes.inner()),
                  new Projection(at + "mlp.down_proj", sizes.hidden())));
        });
  }

  private static Curve xielu(LlamaLike like, String at) {
    // Two of the four are stored without a dimension.
    like.source(at + "beta", Source.stored(at + "beta"));
    like.source(at + "eps", Source.stored(at + "eps"));
    return new Curve.Xielu(
        Parameter.vector(at + "alpha_p", 1),
        Parameter.vector(at + "alpha_n", 1),
        Parameter.vector(at + "beta", 1),
        Parameter.vector(at + "eps", 1));
  }
}
