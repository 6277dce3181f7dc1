package io.github.nonplus.reference.pytorch;

import ai.djl.ndarray.NDArray;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.reference.checkpoint.LlamaConfiguration;
import io.github.nonplus.reference.checkpoint.WeightFiles;
import java.util.ArrayList;
import java.util.List;

/// A Llama's weights as PyTorch's arrays.
///
/// @param embedding [vocabulary, hidden]
/// @param norm [hidden], before the output layer
/// @param head [vocabulary, hidden]; the embedding itself where the two are tied
record LlamaWeights(NDArray embedding, List<Layer> layers, NDArray norm, NDArray head) {
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";

  /// A linear layer: weight [outputs, inputs], bias [outputs] or null.
  record Projection(NDArray weight, NDArray bias) {
    NDArray apply(NDArray x) {
      return Operators.linear(x, weight, bias);
    }
  }

  /// One decoder layer; the norms are [hidden].
  record Layer(
      NDArray attentionNorm,
      Projection query,
      Projection key,
      Projection value,
      Projection output,
      NDArray feedForwardNorm,
      Projection gate,
      Projection up,
      Projection down) {}

  /// Loads everything and refuses a checkpoint that holds more.
  static LlamaWeights load(LlamaConfiguration config, WeightFiles files, Loading loading) {
    files.rename(config.tied());
    NDArray embedding = loading.plain(EMBEDDING, config.vocabulary(), config.hidden());
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      layers.add(layer(config, loading, "model.layers." + i + "."));
    }
    NDArray norm = loading.plain("model.norm.weight", config.hidden());
    NDArray head =
        config.tied() ? embedding : loading.plain(HEAD, config.vocabulary(), config.hidden());
    if (config.tied() && files.contains(HEAD)) {
      requireCopy(config, files);
      loading.used().add(HEAD);
    }
    files.refuseUnused(loading.used());
    return new LlamaWeights(embedding, layers, norm, head);
  }

  private static Layer layer(LlamaConfiguration config, Loading loading, String at) {
    int hidden = config.hidden();
    int queries = config.heads() * config.headSize();
    int keys = config.keyHeads() * config.headSize();
    int inner = config.intermediate();
    boolean attention = config.attentionBias();
    boolean mlp = config.mlpBias();
    return new Layer(
        loading.plain(at + "input_layernorm.weight", hidden),
        projection(loading, at + "self_attn.q_proj", queries, hidden, attention),
        projection(loading, at + "self_attn.k_proj", keys, hidden, attention),
        projection(loading, at + "self_attn.v_proj", keys, hidden, attention),
        projection(loading, at + "self_attn.o_proj", hidden, queries, attention),
        loading.plain(at + "post_attention_layernorm.weight", hidden),
        projection(loading, at + "mlp.gate_proj", inner, hidden, mlp),
        projection(loading, at + "mlp.up_proj", inner, hidden, mlp),
        projection(loading, at + "mlp.down_proj", hidden, inner, mlp));
  }

  private static Projection projection(
      Loading loading, String name, int outputs, int inputs, boolean bias) {
    return new Projection(
        loading.linear(name + ".weight", outputs, inputs),
        bias ? loading.plain(name + ".bias", outputs) : null);
  }

  /// Which of two different tensors a tied model uses depends on the version of transformers.
  private static void requireCopy(LlamaConfiguration config, WeightFiles files) {
    var head = files.tensor(HEAD, config.vocabulary(), config.hidden());
    var embedding = files.tensor(EMBEDDING, config.vocabulary(), config.hidden());
    if (!head.hasValuesOf(embedding)) {
      throw new WeightsException(
          "%s: tensor '%s' differs from '%s', although config.json ties the two; set tie_word_embeddings to false if it is to be used, or remove the tensor"
              .formatted(head.file(), HEAD, EMBEDDING));
    }
  }
}
