package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference.Evidence;

/// StableLM as MLC writes it.
final class StableLmForm {
  private StableLmForm() {}

  static MlcForm form() {
    return TableForm.of(
            "stablelm",
            Naming.llamaLike("self_attn.qkv_proj").fusedGate(),
            StableLmForm::fields,
            terms -> terms.window("max_position_embeddings"))
        .differing(
            model ->
                Differences.of(model)
                    .ignoring(Evidence.READ, "use_parallel_residual", "qk_layernorm")
                    .end())
        .unsaid("use_parallel_residual", "qk_layernorm");
  }

  private static ObjectNode fields(FamilyModel model) {
    return ConfigFields.of(model)
        .stated("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads")
        .stated("num_key_value_heads", "layer_norm_eps")
        .put("partial_rotary_factor", model.positions().part())
        .base("rope_theta")
        .stated("intermediate_size", "use_qkv_bias", "head_dim")
        .window(ConfigFields.LARGEST_CHUNK)
        .shards()
        .batch()
        .end();
  }
}
