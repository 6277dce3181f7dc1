package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference.Evidence;
import java.util.Optional;

/// The mixtures Qwen2-MoE and Qwen3-MoE as MLC writes them, with experts in every layer.
final class QwenMoeForm {
  private QwenMoeForm() {}

  static MlcForm second() {
    return form("qwen2_moe", false);
  }

  static MlcForm third() {
    return form("qwen3_moe", true);
  }

  private static MlcForm form(String type, boolean third) {
    return TableForm.of(
            type,
            Naming.llamaLike("self_attn.c_attn")
                .fused(
                    "mlp.shared_expert.gate_up_proj",
                    "mlp.shared_expert.gate_proj",
                    "mlp.shared_expert.up_proj")
                .stacked(
                    "mlp.moe_gate_up_proj", "mlp.experts.{e}.gate_proj", "mlp.experts.{e}.up_proj")
                .stacked("mlp.moe_down_proj", "mlp.experts.{e}.down_proj")
                .plain(
                    name ->
                        name.endsWith("mlp.gate.weight")
                            || name.endsWith("shared_expert_gate.weight")),
            model -> fields(model, third),
            terms -> terms.window("max_position_embeddings"))
        .differing(
            model ->
                Differences.of(model).seeingAll(Evidence.READ).ignoringScaling(Evidence.READ).end())
        .unsaid("use_sliding_window", "rope_scaling")
        .refusing(QwenMoeForm::denseLayers);
  }

  /// Dense layers, which MLC has none of.
  private static Optional<String> denseLayers(FamilyModel model) {
    boolean some =
        model.configuration().path("decoder_sparse_step").asInt(1) != 1
            || !model.configuration().path("mlp_only_layers").isEmpty();
    return some
        ? Optional.of("it has experts in every layer, and this model has layers without")
        : Optional.empty();
  }

  private static ObjectNode fields(FamilyModel model, boolean third) {
    ConfigFields fields = Qwen2Form.fieldsOf(model, third).stated("moe_intermediate_size");
    if (!third) {
      fields.stated("shared_expert_intermediate_size");
    }
    return fields
        .stated("num_experts_per_tok", "num_experts")
        .statedOr("decoder_sparse_step", 1)
        .stated("norm_topk_prob")
        .end();
  }
}
