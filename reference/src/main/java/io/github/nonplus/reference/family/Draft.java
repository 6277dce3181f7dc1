package io.github.nonplus.reference.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.reference.family.Decoder.Activation;
import io.github.nonplus.reference.family.Decoder.Attention;
import io.github.nonplus.reference.family.Decoder.FeedForward;
import io.github.nonplus.reference.family.Decoder.HeadNorm;
import io.github.nonplus.reference.family.Decoder.Layer;
import io.github.nonplus.reference.family.Decoder.Norming;
import io.github.nonplus.reference.family.Decoder.Norms;
import io.github.nonplus.reference.family.Decoder.Scales;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// A decoder as it is read: a Llama without biases, until a family says otherwise.
final class Draft {
  final ConfigReader config;
  final Sizes sizes;

  private final String family;
  private Norms norms;
  private double scale;
  private double cap;
  private boolean bias;
  private boolean outputBias;
  private HeadNorm headNorm = HeadNorm.NONE;
  private boolean fused;
  private boolean fusedInner;
  private Activation activation;
  private boolean innerBias;
  private Scales scales = Scales.NONE;
  private boolean tied;

  /// @param keyHeads where the configuration does not say, 0 for as many as of queries
  /// @param headSize likewise, 0 for the width of all shared by them
  Draft(ConfigReader config, String family, int keyHeads, int headSize) {
    this.config = config;
    this.family = family;
    this.sizes = Sizes.read(config, keyHeads, headSize);
    this.scale = 1 / Math.sqrt(sizes.headSize());
  }

  /// Root mean squares before both parts; ε where the configuration does not say.
  Draft normed(double epsilon) {
    return normed(
        Norming.ROOT_MEAN_SQUARE,
        config.positiveOr("rms_norm_eps", epsilon),
        "input_layernorm",
        null,
        "post_attention_layernorm",
        null);
  }

  /// Norms by their names, null where there is none.
  Draft normed(
      Norming norming,
      double epsilon,
      String beforeAttention,
      String afterAttention,
      String beforeFeedForward,
      String afterFeedForward) {
    norms =
        new Norms(
            norming,
            epsilon,
            Optional.ofNullable(beforeAttention),
            Optional.ofNullable(afterAttention),
            Optional.ofNullable(beforeFeedForward),
            Optional.ofNullable(afterFeedForward),
            false);
    return this;
  }

  /// One norm for both parts.
  Draft parallel(Norming norming, double epsilon) {
    Optional<String> none = Optional.empty();
    norms = new Norms(norming, epsilon, Optional.of("input_layernorm"), none, none, none, true);
    return this;
  }

  Draft scoreScale(double value) {
    scale = value;
    return this;
  }

  Draft scoreCap(double value) {
    cap = value;
    return this;
  }

  Draft biases(boolean ofInputs, boolean ofOutput) {
    bias = ofInputs;
    outputBias = ofOutput;
    return this;
  }

  Draft innerBias(boolean value) {
    innerBias = value;
    return this;
  }

  Draft headNorm(HeadNorm value) {
    headNorm = value;
    return this;
  }

  /// One tensor holds queries, keys and values, another gate and up.
  Draft fused() {
    fused = true;
    return this;
  }

  /// One tensor holds gate and up.
  Draft fusedInner() {
    fusedInner = true;
    return this;
  }

  /// The function of the gate, by transformers' name for it.
  Draft activation(String key, String absent) {
    String name = config.stringOr(key, absent);
    activation =
        switch (name) {
          case "silu", "swish" -> Activation.SILU;
          case "gelu", "gelu_python" -> Activation.GELU;
          case "gelu_new", "gelu_pytorch_tanh", "gelu_accurate" -> Activation.GELU_TANH;
          case "relu" -> Activation.RELU;
          default ->
              throw config.failure(
                  "%s is '%s', which is not implemented in the engine pytorch; known are silu, gelu, gelu_pytorch_tanh, relu"
                      .formatted(key, name));
        };
    return this;
  }

  /// Takes the approximation where the configuration says GELU.
  Draft geluByTanh() {
    activation = activation == Activation.GELU ? Activation.GELU_TANH : activation;
    return this;
  }

  Draft scales(double embedding, double residual, double logits, double logitCap) {
    scales = new Scales(embedding, residual, logits, logitCap);
    return this;
  }

  Draft tied(boolean absent) {
    tied = config.booleanOr("tie_word_embeddings", absent);
    return this;
  }

  boolean flag(String key, boolean absent) {
    return config.booleanOr(key, absent);
  }

  /// The rotation of the whole of each head, in halves; `base` where the configuration does not
  /// say.
  Rotary rotary(double base) {
    return rotary(new RotaryDefaults(base, 1, false, false));
  }

  Rotary rotary(RotaryDefaults defaults) {
    Rotary rotary = RotaryReader.read(config, sizes.maxPositions(), defaults);
    int width = rotary.width(sizes.headSize());
    if (width < 2 || width % 2 != 0) {
      throw config.failure(
          "partial_rotary_factor %s turns %d of %d elements, which are no pairs"
              .formatted(rotary.turning().part(), width, sizes.headSize()));
    }
    rotary.requirePairs(config, width / 2);
    return rotary;
  }

  /// Every layer alike.
  Decoder layers(int window, Rotary rotary) {
    return layers(_ -> new Layer(window, Optional.of(rotary)));
  }

  Decoder layers(IntFunction<Layer> each) {
    List<Layer> layers = IntStream.range(0, sizes.layers()).mapToObj(each).toList();
    return new Decoder(
        family,
        sizes,
        norms,
        new Attention(scale, cap, bias, outputBias, headNorm, fused),
        new FeedForward(activation, innerBias, fusedInner || fused),
        scales,
        tied,
        layers);
  }
}
