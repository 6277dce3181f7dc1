package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;

/// OLMo and OLMo 2 as MLC writes them.
final class OlmoForm {
  private OlmoForm() {}

  static MlcForm first() {
    return form("olmo");
  }

  static MlcForm second() {
    return form("olmo2");
  }

  private static MlcForm form(String type) {
    return TableForm.of(
        type,
        Naming.llamaLike("self_attn.qkv_proj").fusedGate(),
        model -> fields(model, type.equals("olmo2")),
        terms -> terms.base().window("max_position_embeddings"));
  }

  private static ObjectNode fields(FamilyModel model, boolean second) {
    ConfigFields fields =
        ConfigFields.of(model)
            .stated("vocab_size", "hidden_size", "num_attention_heads", "num_key_value_heads")
            .stated("head_dim")
            .base("position_embedding_base")
            .put("rope_scaling", model.positions().scaling())
            .stated("intermediate_size")
            .statedOr("hidden_act", "silu")
            .stated("num_hidden_layers");
    if (second) {
      fields.stated("rms_norm_eps");
    }
    fields
        .stated("tie_word_embeddings")
        .window(ConfigFields.LARGEST_CHUNK)
        .shards()
        .stages()
        .batch();
    return second ? fields.end() : fields.stated("clip_qkv").end();
  }
}
