package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Heads;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// Persimmon: layer norms, of heads too, one matrix for queries, keys and values, and half of each
/// head turns.
final class Persimmon implements Family {
  @Override
  public List<String> names() {
    return List.of("persimmon");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.part(10_000, 0.5, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "persimmon", sizes);
    double epsilon = like.positive("layer_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "relu2");
    boolean normsHeads = like.flag("qk_layernorm", true);
    like.tied(false);
    Turning turning = Turning.halves(positions.rotation(), positions.turned(sizes.headSize()));
    return like.model(
        positions,
        Norming.layer("model.final_layernorm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          Heads heads = sizes.attention();
          String attend = at + "self_attn.";
          Fused.byHead(like, attend + "query_key_value", attend, heads);
          Attention attention =
              Attention.of(
                      heads,
                      new Projection(attend + "q_proj", heads.queryWidth(), true),
                      new Projection(attend + "k_proj", heads.keyWidth(), true),
                      new Projection(attend + "v_proj", heads.valueWidth(), true),
                      new Projection(attend + "dense", sizes.hidden(), true))
                  .turning(turning);
          if (normsHeads) {
            attention.norms(
                Norming.layer(attend + "q_layernorm", epsilon),
                Norming.layer(attend + "k_layernorm", epsilon));
          }
          return LlamaLike.normedBefore(
              Norming.layer(at + "input_layernorm", epsilon),
              attention,
              Norming.layer(at + "post_attention_layernorm", epsilon),
              FeedForward.plain(
                  activation,
                  new Projection(at + "mlp.dense_h_to_4h", sizes.inner(), true),
                  new Projection(at + "mlp.dense_4h_to_h", sizes.hidden(), true)));
        });
  }
}
