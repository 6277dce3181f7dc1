package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference;
import io.github.nonplus.model.interpretation.Difference.Evidence;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.rotation.LateYarnRotation;
import io.github.nonplus.program.rotation.Rotation;
import io.github.nonplus.program.rotation.YarnRotation;
import java.util.List;

/// Ministral 3 as MLC writes it: the only one whose newer object of rotations it reads.
final class Ministral3Form {
  private static final String ROTATION = "rope_parameters";

  private static final String GROWTH = "llama_4_scaling_beta";

  private Ministral3Form() {}

  static MlcForm form() {
    return TableForm.of(
            "ministral3",
            Naming.llamaLike("self_attn.qkv_proj").fusedGate(),
            Ministral3Form::fields,
            terms -> MistralForm.terms(terms.base()))
        .differing(Ministral3Form::differences);
  }

  private static List<Difference> differences(FamilyModel model) {
    Differences all =
        MistralForm.slidingByCalls(
                model,
                Differences.of(model),
                0,
                // TVM's yarn turns the halves of a head apart.
                !(model.positions().rotation() instanceof YarnRotation))
            .when(
                Evidence.EXECUTED,
                GROWTH,
                "does not scale queries by their position",
                Ministral3Form::withoutGrowth);
    if (!(model.positions().rotation() instanceof YarnRotation yarn)) {
      return all.end();
    }
    double ofAll = model.positions().scaling().path("mscale_all_dim").asDouble(0);
    double magnitude = YarnRotation.magnitude(yarn.factor(), ofAll);
    return all.operations(
            Evidence.EXECUTED,
            "mscale_all_dim",
            "multiplies scores by %s".formatted(magnitude * magnitude),
            operation ->
                operation instanceof Attend attend
                    ? attend.scaledBy(attend.scale() * magnitude * magnitude)
                    : operation)
        .when(
            Evidence.EXECUTED,
            "yarn",
            "has TVM's yarn, whose halves of a head turn at speeds of their own",
            each ->
                each.rewritten(
                    operations ->
                        UnfoldedRotation.of(
                            operations, Ministral3Form::first, Ministral3Form::second)))
        .end();
  }

  private static FamilyModel withoutGrowth(FamilyModel model) {
    ObjectNode json = model.configuration();
    for (String key : List.of(ROTATION, "rope_scaling")) {
      if (json.path(key) instanceof ObjectNode rotation) {
        rotation.remove(GROWTH);
      }
    }
    return Families.reread(model, json);
  }

  private static Rotation first(Rotation rotation) {
    return rotation instanceof YarnRotation yarn ? yarn.plain() : rotation;
  }

  private static Rotation second(Rotation rotation) {
    return rotation instanceof YarnRotation yarn ? LateYarnRotation.of(yarn) : rotation;
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
