package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference.Evidence;
import io.github.nonplus.program.op.Activation;

/// MiniCPM as MLC writes it, dense or with experts.
final class MiniCpmForm {
  private static final String BASE = "dim_model_base";

  private MiniCpmForm() {}

  static MlcForm form() {
    return TableForm.of(
            "minicpm",
            Naming.llamaLike("self_attn.wqkv_pack")
                .fusedGate()
                .stacked("mlp.e1_e3", "mlp.experts.{e}.w1", "mlp.experts.{e}.w3")
                .stacked("mlp.e2", "mlp.experts.{e}.w2")
                .plain(name -> name.endsWith("mlp.gate.weight")),
            MiniCpmForm::fields,
            terms ->
                terms
                    .window("max_position_embeddings")
                    .without("use_cache", "bos_token_id", "eos_token_id"))
        .differing(
            model ->
                Differences.of(model)
                    .when(
                        Evidence.EXECUTED,
                        BASE,
                        "divides what it scores by %d, which is hidden_size / dim_model_base rounded down"
                            .formatted(divisor(model)),
                        MiniCpmForm::roundedDown)
                    .ignoringScaling(Evidence.READ)
                    .activating(Evidence.READ, "hidden_act", Activation.SILU)
                    .end())
        .unsaid("rope_scaling");
  }

  private static int divisor(FamilyModel model) {
    double base = Double.parseDouble(model.facts().get(BASE));
    return (int) Math.max(1, Math.floor(model.sizes().hidden() / base));
  }

  private static FamilyModel roundedDown(FamilyModel model) {
    ObjectNode json = model.configuration();
    json.put(BASE, (double) model.sizes().hidden() / divisor(model));
    return Families.reread(model, json);
  }

  private static ObjectNode fields(FamilyModel model) {
    return ConfigFields.of(model)
        .stated("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads")
        .stated("num_key_value_heads")
        .statedOr("hidden_act", "silu")
        .stated("rms_norm_eps", "intermediate_size", "scale_emb", "scale_depth", BASE)
        .statedOr("use_cache", true)
        .statedOr("bos_token_id", 1)
        .statedOr("eos_token_id", 2)
        .stated("tie_word_embeddings")
        .base("rope_theta")
        .window(ConfigFields.LARGEST_CHUNK)
        .shards()
        .stated("head_dim")
        .batch()
        .statedOr("num_experts_per_tok", 0)
        .statedOr("num_experts", 0)
        .end();
  }
}
