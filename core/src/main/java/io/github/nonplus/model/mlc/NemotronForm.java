package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;

/// Nemotron as MLC writes it: one is added to the weights of its norms where it runs.
final class NemotronForm {
  private NemotronForm() {}

  static MlcForm form() {
    return TableForm.of(
        "nemotron",
        Naming.llamaLike("self_attn.qkv_proj"),
        NemotronForm::fields,
        terms -> terms.without("context_window_size"));
  }

  private static ObjectNode fields(FamilyModel model) {
    return ConfigFields.of(model)
        .stated("vocab_size", "max_position_embeddings", "hidden_size", "intermediate_size")
        .stated("num_hidden_layers", "num_attention_heads", "num_key_value_heads")
        .base("rope_theta")
        .put("partial_rotary_factor", model.positions().part())
        .put("rope_scaling", model.positions().scaling())
        .stated("norm_eps", "head_dim", "tie_word_embeddings", "mlp_bias")
        .window(ConfigFields.LARGEST_CHUNK)
        .shards()
        .stages()
        .batch()
        .put("disaggregation", false)
        .end();
  }
}
