package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference.Evidence;

/// Mixtral as MLC writes it: Llama with experts.
final class MixtralForm {
  private MixtralForm() {}

  static MlcForm form() {
    return TableForm.of(
            "mixtral",
            Naming.llamaLike("self_attn.qkv_proj")
                .stacked(
                    "moe.e1_e3",
                    "block_sparse_moe.experts.{e}.w1",
                    "block_sparse_moe.experts.{e}.w3")
                .stacked("moe.e2", "block_sparse_moe.experts.{e}.w2")
                .renamed("block_sparse_moe.gate", "moe.gate")
                .plain(name -> name.endsWith(".gate.weight")),
            MixtralForm::fields,
            terms -> terms.base().window("max_position_embeddings"))
        .differing(model -> Differences.of(model).seeingAll(Evidence.READ).end())
        .unsaid("sliding_window")
        .refusing(LlamaForm::unknownScaling);
  }

  private static ObjectNode fields(FamilyModel model) {
    return ConfigFields.of(model)
        .stated("hidden_size", "intermediate_size", "num_attention_heads", "num_hidden_layers")
        .stated("rms_norm_eps", "vocab_size", "tie_word_embeddings")
        .base("position_embedding_base")
        .put("rope_scaling", model.positions().scaling())
        .window(ConfigFields.LARGEST_CHUNK)
        .stated("num_key_value_heads", "head_dim")
        .shards()
        .stages()
        .batch()
        .put("disaggregation", false)
        .stated("num_local_experts", "num_experts_per_tok")
        .end();
  }
}
