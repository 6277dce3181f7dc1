package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// StarCoder2: layer norms, a plain feed-forward layer, and a sliding window on all layers.
final class StarCoder2 implements Family {
  @Override
  public List<String> names() {
    return List.of("starcoder2");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 2, 0).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "starcoder2", sizes);
    double epsilon = like.positive("norm_epsilon", 1e-5);
    Activation activation = like.activation("hidden_act", "gelu_pytorch_tanh");
    boolean bias = like.flag("use_bias", true);
    config.find("use_sliding_window"); // the window alone counts
    LayerKinds kinds = LayerKinds.read(config, sizes.layers(), 0, _ -> true);
    like.tied(true);
    return like.model(
        positions,
        Norming.layer("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          return LlamaLike.normedBefore(
              Norming.layer(at + "input_layernorm", epsilon),
              like.turning(layer, bias, bias, positions.rotation()).mask(kinds.mask(layer)),
              Norming.layer(at + "post_attention_layernorm", epsilon),
              FeedForward.plain(
                  activation,
                  new Projection(at + "mlp.c_fc", sizes.inner(), bias),
                  new Projection(at + "mlp.c_proj", sizes.hidden(), bias)));
        });
  }
}
