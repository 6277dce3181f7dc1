package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference.Evidence;
import io.github.nonplus.program.op.Rotate;

/// Cohere's Command R as MLC writes it, which has no place for the scale of logits.
final class CohereForm {
  private CohereForm() {}

  static MlcForm form() {
    return TableForm.of(
            "cohere",
            Naming.llamaLike("self_attn.qkv_proj")
                .renamed("self_attn.o_proj", "self_attn.out_proj"),
            CohereForm::fields,
            terms -> terms.base().window("max_position_embeddings"))
        .differing(
            model ->
                Differences.of(model)
                    .operations(
                        Evidence.EXECUTED,
                        "rotation",
                        "turns heads by halves, and not in neighbours",
                        operation ->
                            operation instanceof Rotate rotate
                                ? rotate.paired(Rotate.Pairing.HALVES)
                                : operation)
                    .ignoring(Evidence.EXECUTED, "logit_scale", DoubleNode.valueOf(1))
                    .ignoring(Evidence.READ, "use_qk_norm")
                    .end())
        .unsaid("logit_scale", "use_qk_norm");
  }

  private static ObjectNode fields(FamilyModel model) {
    return ConfigFields.of(model)
        .put("model_type", "cohere")
        .stated("hidden_size", "vocab_size", "num_hidden_layers", "num_attention_heads")
        .stated("num_key_value_heads", "intermediate_size", "layer_norm_eps")
        .base("position_embedding_base")
        .window(ConfigFields.LARGEST_CHUNK)
        .stated("head_dim")
        .shards()
        .batch()
        .end();
  }
}
