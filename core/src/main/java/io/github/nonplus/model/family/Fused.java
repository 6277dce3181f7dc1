package io.github.nonplus.model.family;

import io.github.nonplus.model.decoder.Heads;
import io.github.nonplus.weights.RowOrder;
import io.github.nonplus.weights.Source;

/// Tensors that hold the rows of several projections, taken apart: which rows of them the
/// projections `q_proj`, `k_proj` and `v_proj`, or `gate_proj` and `up_proj`, are.
final class Fused {
  private Fused() {}

  /// Rows are all queries, then all keys, then all values.
  ///
  /// @param stored the tensor without its ending
  /// @param at where the projections are
  static void inRows(LlamaLike like, String stored, String at, Heads heads) {
    int rows = heads.queryWidth() + heads.keyWidth() + heads.valueWidth();
    inRows(
        like, Source.stored(stored + ".weight", rows, like.sizes().hidden()), at, ".weight", heads);
  }

  /// Rows of `source` are all queries, then all keys, then all values.
  static void inRows(LlamaLike like, Source source, String at, String ending, Heads heads) {
    int keys = heads.queryWidth();
    int values = keys + heads.keyWidth();
    like.source(at + "q_proj" + ending, source.rows(0, keys));
    like.source(at + "k_proj" + ending, source.rows(keys, values));
    like.source(at + "v_proj" + ending, source.rows(values, source.rows()));
  }

  /// Rows are, for each key head, those of the queries that share it, then its key, then its value.
  static void byKeyHead(LlamaLike like, Source source, String at, String ending, Heads heads) {
    int size = heads.keySize();
    int shared = heads.queries() / heads.keys();
    int group = (shared + 2) * size;
    like.source(
        at + "q_proj" + ending,
        source.gathered(
            RowOrder.of(
                heads.queryWidth(), row -> row / (shared * size) * group + row % (shared * size))));
    like.source(
        at + "k_proj" + ending,
        source.gathered(
            RowOrder.of(heads.keyWidth(), row -> row / size * group + shared * size + row % size)));
    like.source(
        at + "v_proj" + ending,
        source.gathered(
            RowOrder.of(
                heads.keyWidth(), row -> row / size * group + (shared + 1) * size + row % size)));
  }

  /// Rows of weight and bias are, for each head, its queries, its key and its value.
  ///
  /// @param stored the tensors without their endings
  static void byHead(LlamaLike like, String stored, String at, Heads heads) {
    byHead(like, stored, at, heads, true);
  }

  /// The same, where there may be no bias.
  static void byHead(LlamaLike like, String stored, String at, Heads heads, boolean bias) {
    requireKeyForEachQuery(like, heads);
    int rows = 3 * heads.queryWidth();
    Source weight = Source.stored(stored + ".weight", rows, like.sizes().hidden());
    byKeyHead(like, weight, at, ".weight", heads);
    if (bias) {
      byKeyHead(like, Source.stored(stored + ".bias", rows), at, ".bias", heads);
    }
  }

  /// Refuses keys that several queries share, where a tensor's rows leave no room for that.
  static void requireKeyForEachQuery(LlamaLike like, Heads heads) {
    if (heads.keys() != heads.queries()) {
      throw like.failure(
          "num_key_value_heads is %d, but this architecture has a key for each of its %d heads"
              .formatted(heads.keys(), heads.queries()));
    }
  }

  /// Rows of `gate_up_proj` are the gate, then what it gates.
  static void gateAndUp(LlamaLike like, String at) {
    int inner = like.sizes().inner();
    Source stored = Source.stored(at + "gate_up_proj.weight", 2 * inner, like.sizes().hidden());
    like.source(at + "gate_proj.weight", stored.rows(0, inner));
    like.source(at + "up_proj.weight", stored.rows(inner, 2 * inner));
  }
}
