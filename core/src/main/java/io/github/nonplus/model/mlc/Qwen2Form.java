package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference.Evidence;

/// Qwen2 and Qwen3 as MLC writes them.
final class Qwen2Form {
  private static final int LARGEST_CHUNK_OF_THIRD = 2048;

  private Qwen2Form() {}

  static MlcForm second() {
    return form("qwen2");
  }

  static MlcForm third() {
    return form("qwen3");
  }

  private static MlcForm form(String type) {
    boolean third = type.equals("qwen3");
    return TableForm.of(
            type,
            Naming.llamaLike("self_attn.c_attn").fusedGate(),
            model -> fields(model, third),
            terms -> terms.window("max_position_embeddings"))
        .differing(
            model ->
                Differences.of(model).seeingAll(Evidence.READ).ignoringScaling(Evidence.READ).end())
        .unsaid("use_sliding_window", "rope_scaling");
  }

  private static ObjectNode fields(FamilyModel model, boolean third) {
    return fieldsOf(model, third).end();
  }

  /// Those that the mixtures begin with.
  static ConfigFields fieldsOf(FamilyModel model, boolean third) {
    ConfigFields fields =
        ConfigFields.of(model)
            .statedOr("hidden_act", "silu")
            .stated("hidden_size", "intermediate_size");
    if (third) {
      fields.stated("attention_bias");
    }
    fields
        .stated("num_attention_heads", "num_hidden_layers", "num_key_value_heads", "rms_norm_eps")
        .base("rope_theta")
        .stated("vocab_size")
        .stated("tie_word_embeddings")
        .window(third ? LARGEST_CHUNK_OF_THIRD : ConfigFields.LARGEST_CHUNK)
        .shards()
        .stated("head_dim")
        .statedOr("dtype", "float32")
        .batch();
    return third ? fields.stated("weight_block_size") : fields;
  }
}
