package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference.Evidence;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Attend;
import java.util.Optional;

/// Gemma and Gemma 2 as MLC writes them: the factors of norms whole, and of Gemma 2's two windows
/// the shorter one.
final class GemmaForm {
  private GemmaForm() {}

  static MlcForm first() {
    return TableForm.of("gemma", naming(), GemmaForm::fields, GemmaForm::terms)
        .differing(
            model ->
                Differences.of(model)
                    .activating(Evidence.READ, "hidden_act", Activation.GELU_TANH)
                    .end())
        .refusing(GemmaForm::otherActivation);
  }

  /// MLC takes every GELU for its approximation, and nothing else.
  static Optional<String> otherActivation(FamilyModel model) {
    String activation =
        model.facts().getOrDefault("hidden_activation", model.facts().get("hidden_act"));
    return activation == null || activation.startsWith("gelu")
        ? Optional.empty()
        : Optional.of("it has GELU for its activation, and this model %s".formatted(activation));
  }

  static MlcForm second() {
    return TableForm.of("gemma2", naming(), GemmaForm::fieldsOfSecond, GemmaForm::termsOfSecond)
        .differing(
            model ->
                Differences.of(model)
                    .operations(
                        Evidence.EXECUTED,
                        "attn_logit_softcapping",
                        "does not cap the scores of attention",
                        operation ->
                            operation instanceof Attend attend ? attend.uncapped() : operation)
                    .operations(
                        Evidence.EXECUTED,
                        "query_pre_attn_scalar",
                        "scales scores by the size of a head, whatever query_pre_attn_scalar says",
                        operation ->
                            operation instanceof Attend attend
                                ? attend.scaledBy(1 / Math.sqrt(attend.keySize()))
                                : operation)
                    .seeingAll(Evidence.EXECUTED)
                    .activating(Evidence.READ, "hidden_activation", Activation.GELU_TANH)
                    .end())
        .refusing(GemmaForm::otherActivation);
  }

  private static Naming naming() {
    return Naming.llamaLike("self_attn.qkv_proj")
        .fusedGate()
        .plusOne(name -> name.endsWith("norm.weight"));
  }

  private static ObjectNode fields(FamilyModel model) {
    return fields(ConfigFields.of(model), model, model.sizes().positions()).end();
  }

  private static ObjectNode fieldsOfSecond(FamilyModel model) {
    int sliding = model.configuration().path("sliding_window").asInt(4096);
    return fields(ConfigFields.of(model), model, sliding)
        .statedOr("attn_logit_softcapping", model.configuration().nullNode())
        .statedOr("final_logit_softcapping", model.configuration().nullNode())
        .stated("query_pre_attn_scalar")
        .put("sliding_window", sliding)
        .end();
  }

  private static ConfigFields fields(ConfigFields fields, FamilyModel model, int window) {
    JsonNode stated = model.configuration();
    JsonNode own = stated.path("hidden_act");
    return fields
        .stated(
            "hidden_size",
            "intermediate_size",
            "attention_bias",
            "num_attention_heads",
            "num_key_value_heads",
            "head_dim",
            "num_hidden_layers",
            "rms_norm_eps",
            "vocab_size")
        .statedOr("hidden_activation", own.isTextual() ? own.textValue() : "gelu_pytorch_tanh")
        .base("position_embedding_base")
        .put("context_window_size", window)
        .put("prefill_chunk_size", Math.min(window, ConfigFields.LARGEST_CHUNK))
        .shards()
        .batch();
  }

  private static Translation terms(Translation terms) {
    return terms
        .base()
        .window("max_position_embeddings")
        .renamed("hidden_activation", "hidden_act");
  }

  private static Translation termsOfSecond(Translation terms) {
    return terms.base().window("max_position_embeddings");
  }
}
