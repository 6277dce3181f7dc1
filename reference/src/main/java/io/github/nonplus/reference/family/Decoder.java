package io.github.nonplus.reference.family;

import java.util.List;
import java.util.Optional;

/// What a decoder computes, as data.
///
/// @param family its `model_type`
/// @param tied whether the output layer is the embedding
/// @param layers from the first to the last
public record Decoder(
    String family,
    Sizes sizes,
    Norms norms,
    Attention attention,
    FeedForward feedForward,
    Scales scales,
    boolean tied,
    List<Layer> layers) {
  public Decoder {
    layers = List.copyOf(layers);
  }

  /// How a norm treats a row.
  public enum Norming {
    /// x / √(mean x² + ε) · w
    ROOT_MEAN_SQUARE,
    /// The same times 1 + w.
    ROOT_MEAN_SQUARE_BEYOND_ONE,
    /// (x − mean x) / √(variance + ε) · w
    LAYER
  }

  /// The norms of a layer, by their names in the checkpoint: empty where there is none.
  ///
  /// @param parallel whether both parts read what is before the first, normed once
  public record Norms(
      Norming norming,
      double epsilon,
      Optional<String> beforeAttention,
      Optional<String> afterAttention,
      Optional<String> beforeFeedForward,
      Optional<String> afterFeedForward,
      boolean parallel) {}

  /// What queries and keys are normed over.
  public enum HeadNorm {
    NONE,
    /// Each head, all with one weight.
    HEAD,
    /// Each head, each with a weight of its own.
    OWN_WEIGHTS,
    /// All heads at once.
    WHOLE
  }

  /// Attention of every layer.
  ///
  /// @param scale of the scores
  /// @param cap that scores approach but do not reach, 0 for none
  /// @param bias of queries, keys and values
  /// @param fused whether queries, keys and values are one tensor, in this order
  public record Attention(
      double scale,
      double cap,
      boolean bias,
      boolean outputBias,
      HeadNorm headNorm,
      boolean fused) {}

  /// The function of a gate.
  public enum Activation {
    SILU,
    GELU,
    GELU_TANH,
    RELU
  }

  /// The gated feed-forward part of every layer.
  ///
  /// @param fused whether gate and up are one tensor, in this order
  public record FeedForward(Activation activation, boolean bias, boolean fused) {}

  /// Numbers that are multiplied with.
  ///
  /// @param residual with what a part adds
  /// @param logitCap that logits approach but do not reach, 0 for none
  public record Scales(double embedding, double residual, double logits, double logitCap) {
    static final Scales NONE = new Scales(1, 1, 1, 0);
  }

  /// What differs from layer to layer.
  ///
  /// @param window tokens that a token sees, itself included; 0 for all before it
  /// @param rotary how queries and keys turn, empty if they do not
  public record Layer(int window, Optional<Rotary> rotary) {}

  /// The longest window that the model takes: `max_position_embeddings`, which dynamic scaling
  /// extends by its factor.
  public int longestWindow() {
    double factor =
        layers.stream()
            .flatMap(layer -> layer.rotary().stream())
            .filter(rotary -> rotary.type() == Rotary.Type.DYNAMIC)
            .mapToDouble(Rotary::factor)
            .findFirst()
            .orElse(1);
    return (int) Math.min(Integer.MAX_VALUE, sizes.maxPositions() * Math.max(1, factor));
  }
}
