package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference;
import io.github.nonplus.model.interpretation.Difference.Evidence;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.rotation.YarnRotation;
import java.util.List;
import java.util.Optional;

/// DeepSeek V2 and V3 as MLC writes them. The layer that gives keys and values of the latent is
/// there twice: whole, for the tokens of a call among each other, and in parts that are never
/// quantized, for those of the calls before.
final class DeepSeekForm {
  private static final int LARGEST_CHUNK = 2048;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private DeepSeekForm() {}

  static MlcForm second() {
    return form("deepseek_v2", "softmax", "greedy").differing(DeepSeekForm::differences);
  }

  static MlcForm third() {
    return form("deepseek_v3", "sigmoid", "noaux_tc")
        .differing(DeepSeekForm::differences)
        .unsaid("rope_interleave");
  }

  private static TableForm form(String type, String scoring, String method) {
    return TableForm.of(
            type,
            naming(),
            model -> fields(model, scoring, method),
            terms -> terms.window("max_position_embeddings"))
        .refusing(
            model ->
                scaling(model) == null
                    ? Optional.of("it needs a rope scaling, and this model has none")
                    : Optional.empty());
  }

  private static Naming naming() {
    return new Naming()
        .embedding("model.embed_tokens")
        .fusedGate()
        .fused(
            "mlp.shared_experts.gate_up_proj",
            "mlp.shared_experts.gate_proj",
            "mlp.shared_experts.up_proj")
        .stacked("mlp.moe_gate_up_proj", "mlp.experts.{e}.gate_proj", "mlp.experts.{e}.up_proj")
        .stacked("mlp.moe_down_proj", "mlp.experts.{e}.down_proj")
        .renamed("mlp.gate.e_score_correction_bias", "mlp.e_score_correction_bias")
        .plain(name -> name.endsWith("mlp.gate.weight"))
        .singles(name -> name.endsWith("e_score_correction_bias"))
        .cut(
            "self_attn.kv_b_proj",
            "self_attn.w_uk",
            model -> List.of(heads(model), stated(model, "kv_lora_rank"), still(model)),
            model -> new Change.Cut(still(model) + value(model), 0, true))
        .cut(
            "self_attn.kv_b_proj",
            "self_attn.w_uv",
            model -> List.of(heads(model), value(model), stated(model, "kv_lora_rank")),
            model -> new Change.Cut(still(model) + value(model), still(model), false));
  }

  private static int heads(FamilyModel model) {
    return model.sizes().heads();
  }

  private static int still(FamilyModel model) {
    return stated(model, "qk_nope_head_dim");
  }

  private static int value(FamilyModel model) {
    return stated(model, "v_head_dim");
  }

  /// What the family requires to be there.
  private static int stated(FamilyModel model, String key) {
    return model.configuration().path(key).intValue();
  }

  private static List<Difference> differences(FamilyModel model) {
    double epsilon = model.decoder().lastNorm().epsilon();
    Differences all = Differences.of(model);
    if (model.positions().rotation() instanceof YarnRotation) {
      all.turningByBase(
          Evidence.READ,
          "yarn",
          "turns at the speeds that yarn would scale, and scales only scores by it");
    }
    return all.operations(
            Evidence.READ,
            "rope_interleave",
            "turns neighbours, whatever rope_interleave says",
            operation ->
                operation instanceof Rotate rotate
                    ? rotate.paired(Rotate.Pairing.NEIGHBOURS)
                    : operation)
        .operations(
            Evidence.READ,
            "rms_norm_eps",
            "adds rms_norm_eps, which is %s, in the norms of the narrow layers as well"
                .formatted(epsilon),
            operation -> withEpsilon(operation, epsilon))
        .computingOneCall(LARGEST_CHUNK)
        .end();
  }

  private static Operation withEpsilon(Operation operation, double epsilon) {
    return operation instanceof Norm norm
            && norm.findWeight().filter(each -> each.name().contains("_a_layernorm")).isPresent()
        ? norm.withEpsilon(epsilon)
        : operation;
  }

  private static ObjectNode fields(FamilyModel model, String scoring, String method) {
    boolean third = scoring.equals("sigmoid");
    return ConfigFields.of(model)
        .stated("vocab_size", "hidden_size", "intermediate_size", "moe_intermediate_size")
        .stated("num_hidden_layers", "num_attention_heads", "num_key_value_heads")
        .statedOr("n_shared_experts", 0)
        .stated("n_routed_experts", "num_experts_per_tok")
        .statedOr("norm_topk_prob", third)
        .statedOr("first_k_dense_replace", third ? 3 : 0)
        .statedOr("moe_layer_freq", 1)
        .statedOr("routed_scaling_factor", JSON.numberNode(third ? 2.5 : 1.0))
        .statedOr("scoring_func", scoring)
        .statedOr("topk_method", method)
        .statedOr("n_group", JSON.nullNode())
        .statedOr("topk_group", JSON.nullNode())
        .stated("attention_bias", "kv_lora_rank", "qk_rope_head_dim", "v_head_dim")
        .stated("qk_nope_head_dim", "rms_norm_eps")
        .base("rope_theta")
        .statedOr("q_lora_rank", JSON.nullNode())
        .put("rope_scaling", scaling(model))
        .window(LARGEST_CHUNK)
        .shards()
        .statedOr("dtype", "float32")
        .batch()
        .stated("weight_block_size")
        .end();
  }

  /// As it is stated, or in the older form of what is stated in the newer; null for none.
  private static ObjectNode scaling(FamilyModel model) {
    if (model.configuration().path("rope_scaling") instanceof ObjectNode stated) {
      return stated;
    }
    ObjectNode scaling = model.positions().scaling();
    if (scaling != null) {
      scaling.set("type", scaling.remove("rope_type"));
    }
    return scaling;
  }
}
