package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.op.Mask;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// The text part of Llama 4: chunks of attention, layers that do not turn and see everything, whose
/// queries grow with their position, and experts whose weights multiply what they read.
final class Llama4 implements Family {
  @Override
  public List<String> names() {
    return List.of("llama4_text");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes whole = Sizes.read(config, 8, 128).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(500_000, whole.headSize()), whole.positions());
    LlamaLike like = new LlamaLike(config, "llama4_text", whole);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", false);
    boolean norms = like.flag("use_qk_norm", true);
    List<Boolean> turns = turns(config, whole.layers());
    Factor grown = grown(config);
    int chunk = config.intOr("attention_chunk_size", 1, 8192);
    int experts = Mixtures.experts(config, like, "num_local_experts");
    int chosen = Mixtures.chosen(config, like, "num_experts_per_tok", 1, experts);
    int dense = config.requiredInt("intermediate_size_mlp", 1);
    IntPredicate sparse = sparse(config);
    like.tied(false);
    Turning turning = Turning.neighbours(positions.rotation(), whole.headSize());
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          String mlp = at + "feed_forward.";
          boolean turned = turns.get(layer);
          Attention attention =
              like.attention(layer, bias, bias)
                  .turning(turned ? turning : null)
                  .mask(turned ? new Mask.Chunked(chunk) : Mask.CAUSAL)
                  .queryFactor(turned ? null : grown);
          if (norms && turned) {
            attention.norms(Norming.rms(epsilon), Norming.rms(epsilon)).normingAfterTurning();
          }
          Part feedForward =
              sparse.test(layer)
                  ? Mixture.of(
                          Routing.sigmoid(new Projection(mlp + "router", experts), chosen, null),
                          Mixtures.layers(
                              like, mlp + "experts.", experts, whole.inner(), activation, true))
                      .weighingInput()
                      .beside(
                          Mixtures.shared(
                              like, mlp + "shared_expert.", whole.inner(), 1, activation))
                  : FeedForward.gated(activation, mlp, dense, whole.hidden(), false);
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", epsilon),
              attention,
              Norming.rms(at + "post_attention_layernorm", epsilon),
              feedForward);
        });
  }

  /// Which layers turn: a list, or all but every so many.
  private static List<Boolean> turns(ConfigReader config, int layers) {
    int interval = config.intOr("no_rope_layer_interval", 1, 4);
    List<Integer> listed = Mixtures.numbers(config, "no_rope_layers");
    if (!listed.isEmpty() && listed.size() != layers) {
      throw config.failure(
          "no_rope_layers has %d entries for %d layers".formatted(listed.size(), layers));
    }
    List<Boolean> turns =
        IntStream.range(0, layers)
            .mapToObj(
                layer -> listed.isEmpty() ? (layer + 1) % interval != 0 : listed.get(layer) != 0)
            .toList();
    Optional<List<String>> types = config.findStrings("layer_types");
    List<String> expected =
        turns.stream().map(each -> each ? "chunked_attention" : "full_attention").toList();
    if (types.isPresent() && !types.get().equals(expected)) {
      throw config.failure(
          "layer_types is %s, which is not what no_rope_layers says"
              .formatted(config.shown("layer_types")));
    }
    return turns;
  }

  private static Factor grown(ConfigReader config) {
    boolean grows = config.booleanOr("attn_temperature_tuning", true);
    double scale = config.positiveOr("attn_scale", 0.1);
    double floor = config.positiveOr("floor_scale", 8192);
    return grows ? new Factor.OfPosition(scale, floor, 1) : null;
  }

  private static IntPredicate sparse(ConfigReader config) {
    int step = config.intOr("interleave_moe_layer_step", 1, 1);
    List<Integer> listed = Mixtures.numbers(config, "moe_layers");
    return config.find("moe_layers").isEmpty()
        ? layer -> (layer + 1) % step == 0
        : listed::contains;
  }
}
