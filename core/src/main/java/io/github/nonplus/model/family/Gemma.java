package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import java.util.List;
import java.util.Optional;

/// Gemma, Gemma 2, VaultGemma and Gemma 3: norms whose stored weight is what is beyond 1, and an
/// embedding multiplied by the root of its width; from the second on with norms after the branches,
/// too, with caps, and with layers that slide.
final class Gemma implements Family {
  /// Which of them.
  private enum Version {
    FIRST,
    SECOND,
    VAULT,
    THIRD
  }

  private final Version version;

  private Gemma(Version version) {
    this.version = version;
  }

  static Gemma first() {
    return new Gemma(Version.FIRST);
  }

  static Gemma second() {
    return new Gemma(Version.SECOND);
  }

  static Gemma vault() {
    return new Gemma(Version.VAULT);
  }

  static Gemma third() {
    return new Gemma(Version.THIRD);
  }

  @Override
  public List<String> names() {
    return switch (version) {
      case FIRST -> List.of("gemma");
      case SECOND -> List.of("gemma2");
      case VAULT -> List.of("vaultgemma");
      case THIRD -> List.of("gemma3_text");
    };
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    boolean isFirst = version == Version.FIRST;
    Sizes sizes = Sizes.read(config, isFirst ? 16 : 4, 256).requireEvenHeads(config);
    LlamaLike like = new LlamaLike(config, names().getFirst(), sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = activation(like);
    boolean bias = like.flag("attention_bias", false);
    refuseBothDirections(config);
    double scalar = isFirst ? sizes.headSize() : like.positive("query_pre_attn_scalar", 256);
    double scoreCap =
        version == Version.SECOND || version == Version.VAULT
            ? cap(config, "attn_logit_softcapping", 50)
            : 0;
    double logitCap =
        isFirst ? 0 : cap(config, "final_logit_softcapping", version == Version.THIRD ? 0 : 30);
    LayerKinds kinds = kinds(config, sizes);
    RotaryPositions global = global(config, sizes);
    RotaryPositions local = local(config, sizes, global);
    like.tied(true);
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = LlamaLike.at(layer);
              RotaryPositions positions = kinds.slides(layer) ? local : global;
              Attention attention =
                  like.attention(layer, bias, bias)
                      .turning(Turning.halves(positions.rotation(), sizes.headSize()))
                      .mask(kinds.mask(layer))
                      .scale(1 / Math.sqrt(scalar))
                      .softCap(scoreCap);
              if (version == Version.THIRD) {
                attention.norms(
                    norm(at + "self_attn.q_norm", epsilon), norm(at + "self_attn.k_norm", epsilon));
              }
              return block(at, epsilon, attention, like.gated(layer, activation, false));
            });
    return like.model(
        global,
        new Decoder(
            like.embedding().scaledBy(Math.sqrt(sizes.hidden())),
            blocks,
            norm("model.norm", epsilon),
            like.head().cappedAt(logitCap)));
  }

  /// Google's first files say `gelu` and mean the approximation by tanh. So transformers 5.24 reads
  /// it, as 4.40 and 4.44 did; 4.48 to 5.17 computed the other function.
  private Activation activation(LlamaLike like) {
    String key = version == Version.FIRST ? "hidden_act" : "hidden_activation";
    Activation activation = like.activation(key, "gelu_pytorch_tanh");
    if (version == Version.FIRST && activation == Activation.GELU) {
      like.fact(key, "gelu_tanh");
      return Activation.GELU_TANH;
    }
    return activation;
  }

  private Block block(String at, double epsilon, Attention attention, FeedForward feedForward) {
    Norming first = norm(at + "input_layernorm", epsilon);
    return switch (version) {
      case FIRST ->
          LlamaLike.normedBefore(
              first, attention, norm(at + "post_attention_layernorm", epsilon), feedForward);
      case VAULT ->
          LlamaLike.normedBefore(
              first, attention, norm(at + "pre_feedforward_layernorm", epsilon), feedForward);
      case SECOND, THIRD ->
          Block.sequential(
              Branch.of("attention", first, attention)
                  .then(norm(at + "post_attention_layernorm", epsilon)),
              Branch.of("mlp", norm(at + "pre_feedforward_layernorm", epsilon), feedForward)
                  .then(norm(at + "post_feedforward_layernorm", epsilon)));
    };
  }

  private static Norming norm(String name, double epsilon) {
    return Norming.rmsBeyondOne(name, epsilon);
  }

  static void refuseBothDirections(ConfigReader config) {
    if (config.isSet("use_bidirectional_attention")
        && !config.shown("use_bidirectional_attention").equals("false")) {
      throw config.failure(
          "use_bidirectional_attention is %s: such a model has no perplexity; only false is implemented"
              .formatted(config.shown("use_bidirectional_attention")));
    }
  }

  /// A cap, where null means none.
  static double cap(ConfigReader config, String key, double absent) {
    return config.json().has(key)
        ? config.findNumber(key).isPresent() ? config.positiveOr(key, absent) : 0
        : absent;
  }

  private LayerKinds kinds(ConfigReader config, Sizes sizes) {
    return switch (version) {
      case FIRST -> LayerKinds.none(sizes.layers());
      case SECOND, VAULT -> LayerKinds.read(config, sizes.layers(), 4096, layer -> layer % 2 == 0);
      case THIRD -> {
        int pattern = config.intOr("sliding_window_pattern", 1, 6);
        yield LayerKinds.read(config, sizes.layers(), 4096, layer -> (layer + 1) % pattern != 0);
      }
    };
  }

  private RotaryPositions global(ConfigReader config, Sizes sizes) {
    double base = version == Version.THIRD ? 1_000_000 : 10_000;
    RotaryKeys keys = RotaryKeys.whole(base, sizes.headSize());
    return LayerRotations.of(config, "full_attention", keys, sizes.positions())
        .orElseGet(() -> RotationReader.fromHuggingFace(config, keys, sizes.positions()));
  }

  /// Layers that slide turn by a base of their own, without scaling.
  private RotaryPositions local(ConfigReader config, Sizes sizes, RotaryPositions global) {
    if (version != Version.THIRD) {
      return global;
    }
    RotaryKeys keys =
        RotaryKeys.whole(config.positiveOr("rope_local_base_freq", 10_000), sizes.headSize());
    Optional<RotaryPositions> own =
        LayerRotations.of(config, "sliding_attention", keys, sizes.positions());
    return own.orElseGet(() -> LayerRotations.plain(keys));
  }
}
