package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference.Evidence;

/// Phi-1 to Phi-2 as MLC writes them, in names of its own.
final class PhiForm {
  private PhiForm() {}

  static MlcForm form() {
    return TableForm.of(
            "phi",
            Naming.llamaLike("mixer.Wqkv")
                .renamed("model.embed_tokens", "transformer.embd")
                .renamed("lm_head", "lm_head.linear")
                .renamed("model.final_layernorm", "lm_head.ln")
                .renamed("model.layers", "transformer.h")
                .renamed("input_layernorm", "ln")
                .renamed("self_attn.dense", "mixer.out_proj"),
            PhiForm::fields,
            terms -> terms.base().window("max_position_embeddings"))
        .differing(model -> Differences.of(model).ignoring(Evidence.READ, "qk_layernorm").end())
        .unsaid("qk_layernorm");
  }

  private static ObjectNode fields(FamilyModel model) {
    return ConfigFields.of(model)
        .stated("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers")
        .stated("num_attention_heads", "layer_norm_eps")
        .base("position_embedding_base")
        .put("partial_rotary_factor", model.positions().part())
        .stated("num_key_value_heads")
        .window(ConfigFields.LARGEST_CHUNK)
        .stated("head_dim")
        .shards()
        .batch()
        .end();
  }
}
