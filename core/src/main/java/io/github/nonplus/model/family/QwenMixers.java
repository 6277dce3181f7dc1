package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.weights.RowOrder;
import io.github.nonplus.weights.Source;
import java.util.List;

/// What layers of Qwen3-Next and Qwen3.5 mix rows with: gated attention, or the gated delta rule.
final class QwenMixers {
  private static final String LINEAR = "linear_attention";

  private final LlamaLike like;
  private final RotaryPositions positions;
  private final double epsilon;
  private final boolean bias;
  private final List<String> kinds;
  private final DeltaRule.Shape shape;
  private final int taps;

  /// @param bias of attention's layers
  QwenMixers(
      LlamaLike like,
      ConfigReader config,
      RotaryPositions positions,
      double epsilon,
      boolean bias) {
    this.like = like;
    this.positions = positions;
    this.epsilon = epsilon;
    this.bias = bias;
    int interval = config.intOr("full_attention_interval", 1, 4);
    this.kinds =
        MixerKinds.read(
            config,
            like.sizes().layers(),
            List.of(LINEAR, MixerKinds.FULL),
            layer -> (layer + 1) % interval == 0 ? MixerKinds.FULL : LINEAR);
    this.shape =
        new DeltaRule.Shape(
            config.intOr("linear_num_key_heads", 1, 16),
            config.intOr("linear_num_value_heads", 1, 32),
            config.intOr("linear_key_head_dim", 1, 128),
            config.intOr("linear_value_head_dim", 1, 128));
    this.taps = config.intOr("linear_conv_kernel_dim", 1, 4);
  }

  DeltaRule.Shape shape() {
    return shape;
  }

  /// The mixer of a layer whose projections are stored apart.
  Part of(int layer) {
    return kinds.get(layer).equals(LINEAR) ? delta(layer, this::apart) : attention(layer);
  }

  /// The mixer of a layer whose projections are stored together, key head by key head.
  Part ofTogether(int layer) {
    return kinds.get(layer).equals(LINEAR) ? delta(layer, this::together) : attention(layer);
  }

  /// How the projections of a layer are made of stored tensors.
  @FunctionalInterface
  private interface Storage {
    void of(String at);
  }

  private Part delta(int layer, Storage storage) {
    String at = LlamaLike.at(layer) + "linear_attn.";
    storage.of(at);
    String[] convolutions = {at + "q_conv1d", at + "k_conv1d", at + "v_conv1d"};
    int keys = shape.keyWidth();
    Convolutions.apart(like, at + "conv1d", taps, false, convolutions, keys, keys, shape.width());
    int hidden = like.sizes().hidden();
    like.source(at + "o_proj.weight", Source.stored(at + "out_proj.weight", hidden, shape.width()));
    return new DeltaRule(
        shape, at, hidden, taps, Norming.rms(at + "norm", epsilon), Activation.SILU, 1, 0);
  }

  /// Rows are all queries, all keys, all values.
  private void apart(String at) {
    int keys = shape.keyWidth();
    int hidden = like.sizes().hidden();
    Source stored = Source.stored(at + "in_proj_qkv.weight", 2 * keys + shape.width(), hidden);
    like.source(at + "q_proj.weight", stored.rows(0, keys));
    like.source(at + "k_proj.weight", stored.rows(keys, 2 * keys));
    like.source(at + "v_proj.weight", stored.rows(2 * keys, stored.rows()));
    like.source(
        at + "g_proj.weight", Source.stored(at + "in_proj_z.weight", shape.width(), hidden));
    for (String each : List.of("a", "b")) {
      like.source(
          at + each + "_proj.weight",
          Source.stored(at + "in_proj_" + each + ".weight", shape.heads(), hidden));
    }
  }

  /// Rows are, for each key head, its query, its key, the values of its heads, and their gates.
  private void together(String at) {
    int hidden = like.sizes().hidden();
    int key = shape.keySize();
    int shared = shape.heads() / shape.keyHeads();
    int values = shared * shape.valueSize();
    int group = 2 * key + 2 * values;
    Source stored = Source.stored(at + "in_proj_qkvz.weight", shape.keyHeads() * group, hidden);
    like.source(at + "q_proj.weight", gathered(stored, shape.keyWidth(), key, group, 0));
    like.source(at + "k_proj.weight", gathered(stored, shape.keyWidth(), key, group, key));
    like.source(at + "v_proj.weight", gathered(stored, shape.width(), values, group, 2 * key));
    like.source(
        at + "g_proj.weight", gathered(stored, shape.width(), values, group, 2 * key + values));
    Source both = Source.stored(at + "in_proj_ba.weight", 2 * shape.heads(), hidden);
    like.source(at + "b_proj.weight", gathered(both, shape.heads(), shared, 2 * shared, 0));
    like.source(at + "a_proj.weight", gathered(both, shape.heads(), shared, 2 * shared, shared));
  }

  /// `part` rows from `first` on of each group, `rows` in all.
  private static Source gathered(Source stored, int rows, int part, int group, int first) {
    return stored.gathered(RowOrder.of(rows, row -> row / part * group + first + row % part));
  }

  /// Rows of queries are, for each head, its query and its gate.
  private Part attention(int layer) {
    String at = LlamaLike.at(layer) + "self_attn.";
    Sizes sizes = like.sizes();
    int size = sizes.headSize();
    int width = sizes.attention().queryWidth();
    for (String ending : bias ? List.of(".weight", ".bias") : List.of(".weight")) {
      Source stored =
          ending.equals(".bias")
              ? Source.stored(at + "q_proj.bias", 2 * width)
              : Source.stored(at + "q_proj.weight", 2 * width, sizes.hidden());
      like.source(at + "q_proj" + ending, gathered(stored, width, size, 2 * size, 0));
      like.source(at + "q_gate" + ending, gathered(stored, width, size, 2 * size, size));
    }
    return like.attention(layer, bias, bias)
        .norms(
            Norming.rmsBeyondOne(at + "q_norm", epsilon),
            Norming.rmsBeyondOne(at + "k_norm", epsilon))
        .turning(Turning.halves(positions.rotation(), positions.turned(size)))
        .gatedBy(new Projection(at + "q_gate", width, bias));
  }
}
