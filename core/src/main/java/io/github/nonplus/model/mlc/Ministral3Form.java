package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;

/// Ministral 3 as MLC writes it: the only one whose newer object of rotations it reads.
final class Ministral3Form {
  private static final String ROTATION = "rope_parameters";

  private Ministral3Form() {}

  static MlcForm form() {
    return TableForm.of(
            "ministral3",
            Naming.llamaLike("self_attn.qkv_proj").fusedGate(),
            Ministral3Form::fields,
            terms -> MistralForm.terms(terms.base()))
        .warning(
            model ->
                MistralForm.caveats(new Caveats(model, "Ministral 3"), model)
                    .when(
                        model.positions().queryFactor() != null,
                        "does not scale queries by their position")
                    .when(
                        model.positions().scaling() != null,
                        "has a yarn of its own, and a factor in the scale of scores")
                    .end());
  }

  private static ObjectNode fields(FamilyModel model) {
    ObjectNode stated = model.configuration();
    int sliding = MistralForm.sliding(model);
    int window = sliding == -1 ? model.sizes().positions() : -1;
    JsonNode base = model.positions().base();
    if (stated.path(ROTATION) instanceof ObjectNode rotation) {
      JsonNode own = rotation.remove("rope_theta");
      base = own == null ? base : own;
    }
    return ConfigFields.of(model)
        .stated("hidden_size", "intermediate_size", "num_attention_heads", "num_hidden_layers")
        .stated("rms_norm_eps", "vocab_size")
        .put("attention_sink_size", 0)
        .put("context_window_size", window)
        .statedOr("dtype", "float32")
        .stated("head_dim")
        .statedOr("hidden_act", "silu")
        .batch()
        .stated("num_key_value_heads")
        .put("position_embedding_base", base)
        .put("prefill_chunk_size", MistralForm.chunk(sliding, window))
        .put(ROTATION, stated.get(ROTATION))
        .put("sliding_window_size", sliding)
        .shards()
        .stated("tie_word_embeddings", "weight_block_size")
        .put("modules_to_not_convert", stated.arrayNode())
        .end();
  }
}
