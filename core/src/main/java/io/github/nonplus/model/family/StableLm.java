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
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.stream.IntStream;

/// StableLM: layer norms, a quarter of each head turns, and the branches may read one norm.
final class StableLm implements Family {
  @Override
  public List<String> names() {
    return List.of("stablelm");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 32, 0);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.part(10_000, 0.25, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "stablelm", sizes);
    double epsilon = like.positive("layer_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("use_qkv_bias", false);
    boolean parallel = like.flag("use_parallel_residual", false);
    boolean normsHeads = like.flag("qk_layernorm", false);
    like.tied(false);
    Turning turning = Turning.halves(positions.rotation(), positions.turned(sizes.headSize()));
    return like.model(
        positions,
        Norming.layer("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          Attention attention = like.attention(layer, bias, false).turning(turning);
          if (normsHeads) {
            attention
                .norms(
                    heads(like, at + "self_attn.q_layernorm", sizes.heads(), epsilon),
                    heads(like, at + "self_attn.k_layernorm", sizes.keyHeads(), epsilon))
                .weighingEachHead();
          }
          Norming first = Norming.layer(at + "input_layernorm", epsilon);
          FeedForward feedForward = like.gated(layer, activation, false);
          return parallel
              ? Block.parallel(
                  Branch.of("attention", first, attention), Branch.of("mlp", first, feedForward))
              : LlamaLike.normedBefore(
                  first,
                  attention,
                  Norming.layer(at + "post_attention_layernorm", epsilon),
                  feedForward);
        });
  }

  /// A layer norm of each head, whose weights are a tensor for each head.
  private static Norming heads(LlamaLike like, String name, int count, double epsilon) {
    int size = like.sizes().headSize();
    List<Source> parts =
        IntStream.range(0, count)
            .mapToObj(head -> Source.stored("%s.norms.%d.weight".formatted(name, head), size))
            .toList();
    like.source(name + ".weight", Source.concatenated(parts));
    return Norming.layerWithoutBias(name, epsilon);
  }
}
