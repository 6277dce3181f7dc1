package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference.Evidence;
import io.github.nonplus.program.op.Activation;
import java.util.Optional;

/// GPT-2 and GPT-BigCode as MLC writes them: matrices by outputs and inputs, and an output layer of
/// its own.
final class Gpt2Form {
  private Gpt2Form() {}

  static MlcForm plain() {
    return TableForm.of(
            "gpt2",
            naming()
                .transposed(
                    name ->
                        name.endsWith("attn.c_attn.weight")
                            || name.endsWith(".c_proj.weight")
                            || name.endsWith("mlp.c_fc.weight")),
            Gpt2Form::fields,
            terms -> terms.window("n_positions").without("head_dim"))
        .differing(
            model ->
                Differences.of(model)
                    .ignoring(
                        Evidence.READ,
                        "scale_attn_weights",
                        JsonNodeFactory.instance.booleanNode(true))
                    .activating(Evidence.READ, "activation_function", Activation.GELU_TANH)
                    .end())
        .unsaid("scale_attn_weights", "activation_function");
  }

  static MlcForm bigCode() {
    return TableForm.of(
            "gpt_bigcode",
            naming(),
            Gpt2Form::fieldsOfBigCode,
            terms -> terms.without("context_window_size"))
        .differing(
            model ->
                Differences.of(model)
                    .activating(Evidence.EXECUTED, "activation_function", Activation.GELU)
                    .end())
        .unsaid("activation_function")
        .refusing(
            model ->
                model.configuration().path("multi_query").asBoolean(true)
                    ? Optional.empty()
                    : Optional.of("it has one key head always, and this model has several"));
  }

  private static Naming naming() {
    return new Naming()
        .embedding("transformer.wte")
        .embedding("transformer.wpe")
        .copied("lm_head", "transformer.wte");
  }

  private static ObjectNode fields(FamilyModel model) {
    return ConfigFields.of(model)
        .stated("vocab_size", "n_embd", "n_layer", "n_head", "layer_norm_epsilon", "n_inner")
        .window(ConfigFields.LARGEST_CHUNK)
        .statedOr("scale_attn_by_inverse_layer_idx", false)
        .shards()
        .stated("head_dim")
        .batch()
        .end();
  }

  private static ObjectNode fieldsOfBigCode(FamilyModel model) {
    return ConfigFields.of(model)
        .stated("n_embd", "n_inner", "n_head", "n_layer", "n_positions", "layer_norm_epsilon")
        .stated("vocab_size")
        .window(ConfigFields.LARGEST_CHUNK)
        .shards()
        .batch()
        .end();
  }
}
