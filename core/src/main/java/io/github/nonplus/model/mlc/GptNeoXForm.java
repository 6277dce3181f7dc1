package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference.Evidence;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.weights.RowOrder;

/// GPT-NeoX as MLC writes it: all queries, then all keys, then all values, and biases of the
/// feed-forward layer that stay float32.
final class GptNeoXForm {
  private static final int USUAL_BASE = 10_000;

  private GptNeoXForm() {}

  static MlcForm form() {
    return TableForm.of(
            "gpt_neox",
            new Naming()
                .embedding("gpt_neox.embed_in")
                .gathered(name -> name.contains(".query_key_value."), GptNeoXForm::order)
                .singles(name -> name.endsWith("_4h.bias") || name.endsWith("_to_h.bias")),
            GptNeoXForm::fields,
            terms ->
                terms
                    .renamed("position_embedding_base", "rotary_emb_base")
                    .window("max_position_embeddings"))
        .differing(
            model ->
                Differences.of(model)
                    .activating(Evidence.READ, "hidden_act", Activation.GELU)
                    .end())
        .unsaid("hidden_act");
  }

  /// Rows are stored for one head after the other: its query, its key, its value.
  private static RowOrder order(FamilyModel model) {
    int size = model.sizes().headSize();
    int heads = model.sizes().heads();
    return RowOrder.of(
        3 * heads * size,
        row -> {
          int part = row / (heads * size);
          int head = row / size % heads;
          return (3 * head + part) * size + row % size;
        });
  }

  /// MLC does not read the usual key, and so writes the usual base as its own.
  private static JsonNode base(FamilyModel model) {
    JsonNode base = model.positions().base();
    return base.doubleValue() == USUAL_BASE && !model.configuration().has("rope_theta")
        ? IntNode.valueOf(USUAL_BASE)
        : base;
  }

  private static ObjectNode fields(FamilyModel model) {
    return ConfigFields.of(model)
        .stated("use_parallel_residual", "hidden_size", "intermediate_size")
        .stated("num_attention_heads", "num_hidden_layers", "layer_norm_eps", "vocab_size")
        .put("rotary_pct", model.positions().part())
        .put("position_embedding_base", base(model))
        .put("context_window_size", model.sizes().positions())
        .stated("head_dim")
        .window(ConfigFields.LARGEST_CHUNK)
        .shards()
        .put("ffn_out_dtype", "float32")
        .batch()
        .end();
  }
}
