package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Heads;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// LFM2, dense and with experts in all layers but the first: short gated convolutions, and
/// attention with norms of heads in some layers.
final class Lfm2 implements Family {
  private static final String CONV = "conv";

  private final String name;

  private Lfm2(String name) {
    this.name = name;
  }

  static Lfm2 dense() {
    return new Lfm2("lfm2");
  }

  static Lfm2 mixture() {
    return new Lfm2("lfm2_moe");
  }

  @Override
  public List<String> names() {
    return List.of(name);
  }

  private boolean isMixture() {
    return name.equals("lfm2_moe");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    int hidden = config.requiredInt("hidden_size", 1);
    Sizes sizes =
        Sizes.read(
                config,
                8,
                0,
                isMixture() ? config.requiredInt("intermediate_size", 1) : inner(config),
                hidden)
            .requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(1_000_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, name, sizes);
    double epsilon = like.positive("norm_eps", 1e-5);
    List<String> kinds = kinds(config, sizes.layers());
    int taps = config.intOr("conv_L_cache", 1, 3);
    boolean bias = like.flag("conv_bias", false);
    IntFunction<Part> experts = isMixture() ? experts(config, like) : null;
    int dense = isMixture() ? config.intOr("num_dense_layers", 0, 2) : sizes.layers();
    like.tied(true);
    return like.model(
        positions,
        Norming.rms("model.embedding_norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          Part mixer =
              kinds.get(layer).equals(CONV)
                  ? convolution(like, at + "conv.", taps, bias)
                  : attention(sizes, at + "self_attn.", epsilon, positions);
          return LlamaLike.normedBefore(
              Norming.rms(at + "operator_norm", epsilon),
              mixer,
              Norming.rms(at + "ffn_norm", epsilon),
              layer >= dense
                  ? experts.apply(layer)
                  : FeedForward.gated(
                      Activation.SILU,
                      new Projection(at + "feed_forward.w1", sizes.inner()),
                      new Projection(at + "feed_forward.w3", sizes.inner()),
                      new Projection(at + "feed_forward.w2", hidden)));
        });
  }

  /// The mixture of a layer.
  private static IntFunction<Part> experts(ConfigReader config, LlamaLike like) {
    int count = Mixtures.experts(config, like, "num_experts");
    int chosen = Mixtures.chosen(config, like, "num_experts_per_tok", 4, count);
    int inner = config.requiredInt("moe_intermediate_size", 1);
    boolean corrects = like.flag("use_expert_bias", true);
    Route.Sum sum = like.flag("norm_topk_prob", true) ? new Route.Sum(1e-6, 0) : null;
    double factor = like.positive("routed_scaling_factor", 1);
    int hidden = like.sizes().hidden();
    return layer -> {
      String at = LlamaLike.at(layer) + "feed_forward.";
      Routing routing =
          Routing.sigmoid(new Projection(at + "gate", count), chosen, sum)
              .corrected(corrects ? at + "expert_bias" : null)
              .times(factor);
      return Mixture.of(
          routing, Mixtures.numbered(Activation.SILU, at + "experts.", inner, hidden));
    };
  }

  /// Width of the feed-forward layer: two thirds of what is said, rounded up, unless it is meant.
  private static int inner(ConfigReader config) {
    int said = config.intOr("intermediate_size", 1, config.intOr("block_ff_dim", 1, 12_288));
    if (config.intOr("block_ff_dim", 1, said) != said) {
      throw config.failure(
          "block_ff_dim is %s and intermediate_size %d; remove the one that is wrong"
              .formatted(config.shown("block_ff_dim"), said));
    }
    boolean adjusts = config.booleanOr("block_auto_adjust_ff_dim", true);
    double factor = config.positiveOr("block_ffn_dim_multiplier", 1);
    int multiple = config.intOr("block_multiple_of", 1, 256);
    if (!adjusts) {
      return said;
    }
    long wanted = (long) (factor * (2L * said / 3));
    return Math.toIntExact(Math.ceilDiv(wanted, (long) multiple) * multiple);
  }

  /// `layer_types`, or where the older list of attention's layers says which those are.
  private static List<String> kinds(ConfigReader config, int layers) {
    List<Integer> full =
        config.isSet("full_attn_idxs")
            ? config.numbers("full_attn_idxs").stream().map(Double::intValue).toList()
            : IntStream.range(0, layers).boxed().toList();
    return MixerKinds.read(
        config,
        layers,
        List.of(CONV, MixerKinds.FULL),
        layer -> full.contains(layer) ? MixerKinds.FULL : CONV);
  }

  private static Part attention(Sizes sizes, String at, double epsilon, RotaryPositions positions) {
    Heads heads = sizes.attention();
    return Attention.of(
            heads,
            new Projection(at + "q_proj", heads.queryWidth()),
            new Projection(at + "k_proj", heads.keyWidth()),
            new Projection(at + "v_proj", heads.valueWidth()),
            new Projection(at + "out_proj", sizes.hidden()))
        .norms(Norming.rms(at + "q_layernorm", epsilon), Norming.rms(at + "k_layernorm", epsilon))
        .turning(Turning.halves(positions.rotation(), sizes.headSize()));
  }

  /// Rows of `in_proj` are B, C and u: out(C · convolution(B · u)).
  private static Part convolution(LlamaLike like, String at, int taps, boolean bias) {
    int width = like.sizes().hidden();
    Convolutions.whole(like, at + "conv", width, taps);
    Source weight = Source.stored(at + "in_proj.weight", 3 * width, width);
    Source biases = Source.stored(at + "in_proj.bias", 3 * width);
    String[] parts = {"B", "C", "u"};
    for (int i = 0; i < parts.length; i++) {
      like.source(at + parts[i] + ".weight", weight.rows(i * width, (i + 1) * width));
      if (bias) {
        like.source(at + parts[i] + ".bias", biases.rows(i * width, (i + 1) * width));
      }
    }
    return (program, layer, in) -> {
      String name = layer + ".";
      Buffer b = program.linear(name + "B", in, new Projection(at + "B", width, bias));
      Buffer c = program.linear(name + "C", in, new Projection(at + "C", width, bias));
      Buffer u = program.linear(name + "u", in, new Projection(at + "u", width, bias));
      Buffer v = program.gate(name + "v", Activation.IDENTITY, b.view(), u.view());
      Buffer y = program.convolve(name + "conv", v, at + "conv", taps, bias);
      Buffer gated = program.gate(name + "y", Activation.IDENTITY, c.view(), y.view());
      return program.linear(name + "o", gated, new Projection(at + "out_proj", width, bias));
    };
  }
}
