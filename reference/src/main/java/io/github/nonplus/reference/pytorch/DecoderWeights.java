package io.github.nonplus.reference.pytorch;

import ai.djl.ndarray.NDArray;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.reference.checkpoint.WeightFiles;
import io.github.nonplus.reference.family.Decoder;
import io.github.nonplus.reference.family.Decoder.HeadNorm;
import io.github.nonplus.reference.family.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A decoder's weights as PyTorch's arrays.
///
/// @param embedding [vocabulary, hidden]
/// @param norm [hidden], before the output layer
/// @param head [vocabulary, hidden]; the embedding itself where the two are tied
record DecoderWeights(NDArray embedding, List<Layer> layers, NDArray norm, NDArray head) {
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";

  /// A linear layer: weight [outputs, inputs], bias [outputs] or null.
  record Projection(NDArray weight, NDArray bias) {
    NDArray apply(NDArray x) {
      return Operators.linear(x, weight, bias);
    }

    /// The outputs from `from` to `to` alone.
    private Projection rows(long from, long to) {
      return new Projection(Operators.range(weight, 0, from, to), null);
    }
  }

  /// The norms of a layer, [hidden] each, null where there is none.
  record LayerNorms(
      NDArray beforeAttention,
      NDArray afterAttention,
      NDArray beforeFeedForward,
      NDArray afterFeedForward) {}

  /// The projections of attention, and the norms of queries and keys, or null.
  record AttentionWeights(
      Projection query,
      Projection key,
      Projection value,
      Projection output,
      NDArray queryNorm,
      NDArray keyNorm) {}

  /// One decoder layer.
  record Layer(
      LayerNorms norms,
      AttentionWeights attention,
      Projection gate,
      Projection up,
      Projection down) {}

  /// Loads everything and refuses a checkpoint that holds more.
  static DecoderWeights load(Decoder decoder, WeightFiles files, Loading loading) {
    Sizes sizes = decoder.sizes();
    files.rename(decoder.tied());
    NDArray embedding = loading.plain(EMBEDDING, sizes.vocabulary(), sizes.hidden());
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < sizes.layers(); i++) {
      layers.add(new Reader(decoder, loading, "model.layers." + i + ".").layer());
    }
    NDArray norm = loading.plain("model.norm.weight", sizes.hidden());
    NDArray head =
        decoder.tied() ? embedding : loading.plain(HEAD, sizes.vocabulary(), sizes.hidden());
    if (decoder.tied() && files.contains(HEAD)) {
      requireCopy(sizes, files);
      loading.used().add(HEAD);
    }
    files.refuseUnused(loading.used(), decoder.family());
    return new DecoderWeights(embedding, layers, norm, head);
  }

  /// Which of two different tensors a tied model uses depends on the version of transformers.
  private static void requireCopy(Sizes sizes, WeightFiles files) {
    var head = files.tensor(HEAD, sizes.vocabulary(), sizes.hidden());
    var embedding = files.tensor(EMBEDDING, sizes.vocabulary(), sizes.hidden());
    if (!head.hasValuesOf(embedding)) {
      throw new WeightsException(
          "%s: tensor '%s' differs from '%s', although config.json ties the two; set tie_word_embeddings to false if it is to be used, or remove the tensor"
              .formatted(head.file(), HEAD, EMBEDDING));
    }
  }

  /// Loads a layer.
  ///
  /// @param at begins the names of its tensors
  private record Reader(Decoder decoder, Loading loading, String at) {
    Layer layer() {
      Sizes sizes = decoder.sizes();
      int inner = sizes.intermediate();
      boolean bias = decoder.feedForward().bias();
      Projection gate;
      Projection up;
      if (decoder.feedForward().fused()) {
        Projection both = projection("mlp.gate_up_proj", 2 * inner, sizes.hidden(), bias);
        gate = both.rows(0, inner);
        up = both.rows(inner, 2L * inner);
      } else {
        gate = projection("mlp.gate_proj", inner, sizes.hidden(), bias);
        up = projection("mlp.up_proj", inner, sizes.hidden(), bias);
      }
      return new Layer(
          norms(), attention(), gate, up, projection("mlp.down_proj", sizes.hidden(), inner, bias));
    }

    private LayerNorms norms() {
      Decoder.Norms norms = decoder.norms();
      return new LayerNorms(
          norm(norms.beforeAttention()),
          norm(norms.afterAttention()),
          norm(norms.beforeFeedForward()),
          norm(norms.afterFeedForward()));
    }

    private NDArray norm(Optional<String> name) {
      return name.map(n -> loading.plain(at + n + ".weight", decoder.sizes().hidden()))
          .orElse(null);
    }

    private AttentionWeights attention() {
      Sizes sizes = decoder.sizes();
      Decoder.Attention form = decoder.attention();
      int hidden = sizes.hidden();
      int queries = sizes.heads() * sizes.headSize();
      int keys = sizes.keyHeads() * sizes.headSize();
      Projection query;
      Projection key;
      Projection value;
      if (form.fused()) {
        Projection all = projection("self_attn.qkv_proj", queries + 2 * keys, hidden, form.bias());
        query = all.rows(0, queries);
        key = all.rows(queries, queries + keys);
        value = all.rows(queries + keys, queries + 2L * keys);
      } else {
        query = projection("self_attn.q_proj", queries, hidden, form.bias());
        key = projection("self_attn.k_proj", keys, hidden, form.bias());
        value = projection("self_attn.v_proj", keys, hidden, form.bias());
      }
      return new AttentionWeights(
          query,
          key,
          value,
          projection("self_attn.o_proj", hidden, queries, form.outputBias()),
          headNorm("self_attn.q_norm.weight", sizes.heads()),
          headNorm("self_attn.k_norm.weight", sizes.keyHeads()));
    }

    private NDArray headNorm(String name, int heads) {
      int size = decoder.sizes().headSize();
      HeadNorm kind = decoder.attention().headNorm();
      return switch (kind) {
        case NONE -> null;
        case HEAD -> loading.plain(at + name, size);
        case OWN_WEIGHTS -> loading.plain(at + name, heads, size);
        case WHOLE -> loading.plain(at + name, (long) heads * size);
      };
    }

    private Projection projection(String name, int outputs, int inputs, boolean bias) {
      return new Projection(
          loading.linear(at + name + ".weight", outputs, inputs),
          bias ? loading.plain(at + name + ".bias", outputs) : null);
    }
  }
}
