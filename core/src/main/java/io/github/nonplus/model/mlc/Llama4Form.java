package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference.Evidence;
import java.util.List;
import java.util.Optional;

/// The text part of Llama 4 as MLC writes it: stacks of experts as they are, and never quantized.
final class Llama4Form {
  private static final int WINDOW = 131_072;
  private static final String TEXT = "text_config";
  private static final String OTHERS = "kwargs";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /// What stands in the configuration by names of its own.
  private static final List<String> FIELDS =
      List.of(
          "hidden_size",
          "intermediate_size",
          "num_attention_heads",
          "num_hidden_layers",
          "rms_norm_eps",
          "rope_theta",
          "use_qk_norm",
          "interleave_moe_layer_step",
          "num_experts_per_tok",
          "num_local_experts",
          "hidden_act",
          "tie_word_embeddings",
          "rope_scaling",
          "num_key_value_heads",
          "head_dim",
          "attn_scale",
          "floor_scale",
          "vocab_size",
          "attention_bias",
          "attn_temperature_tuning",
          "no_rope_layers",
          "no_rope_layer_interval",
          "moe_layers");

  private Llama4Form() {}

  static MlcForm form() {
    return TableForm.of(
            "llama4",
            "llama4_text",
            new Naming()
                .embedding("model.embed_tokens")
                .fused(
                    "feed_forward.shared_expert.gate_up_proj",
                    "feed_forward.shared_expert.gate_proj",
                    "feed_forward.shared_expert.up_proj")
                .stacks()
                .renamed("feed_forward.router.", "feed_forward.router.router."),
            Llama4Form::fields,
            Llama4Form::terms)
        .differing(
            model ->
                Differences.of(model)
                    .operations(
                        Evidence.READ,
                        "attention_chunk_size",
                        "ignores attention_chunk_size: every query sees all keys before it",
                        Differences::seeingAll)
                    .end())
        .refusing(Llama4Form::refusal);
  }

  private static Optional<String> refusal(FamilyModel model) {
    ObjectNode stated = model.configuration();
    if (model.positions().scaling() == null) {
      return Optional.of("it needs a rope scaling, and this model has none");
    }
    boolean dense =
        stated.has("moe_layers")
            ? stated.path("moe_layers").size() != model.sizes().layers()
            : stated.path("interleave_moe_layer_step").asInt(1) != 1;
    return dense
        ? Optional.of("it has experts in every layer, and this model has layers without")
        : Optional.empty();
  }

  private static ObjectNode fields(FamilyModel model) {
    ObjectNode others = model.configuration();
    others.remove(FIELDS);
    ObjectNode text =
        ConfigFields.of(model)
            .stated("hidden_size", "intermediate_size", "num_attention_heads", "num_hidden_layers")
            .stated("rms_norm_eps")
            .base("rope_theta")
            .stated("use_qk_norm")
            .statedOr("interleave_moe_layer_step", 1)
            .stated("num_experts_per_tok", "num_local_experts")
            .statedOr("hidden_act", "silu")
            .stated("tie_word_embeddings")
            .put("position_embedding_base", 10_000) // of nothing
            .put("rope_scaling", scaling(model))
            .stated("num_key_value_heads", "head_dim")
            .statedOr("attn_scale", JSON.numberNode(0.1))
            .statedOr("floor_scale", 8192)
            .stated("vocab_size", "attention_bias")
            .statedOr("attn_temperature_tuning", true)
            .statedOr("no_rope_layers", JSON.nullNode())
            .statedOr("no_rope_layer_interval", 4)
            .statedOr("moe_layers", JSON.nullNode())
            .put(OTHERS, others)
            .end();
    return ConfigFields.of(model)
        .put(TEXT, text)
        .shards()
        .put("context_window_size", WINDOW)
        .stages()
        .put("prefill_chunk_size", ConfigFields.LARGEST_CHUNK)
        .batch()
        .put("disaggregation", false)
        .stated("vocab_size")
        .end();
  }

  private static ObjectNode scaling(FamilyModel model) {
    return model.configuration().path("rope_scaling") instanceof ObjectNode stated
        ? stated
        : model.positions().scaling();
  }

  private static Translation terms(Translation terms) {
    ObjectNode outer = terms.json().deepCopy();
    ObjectNode text =
        outer.path(TEXT) instanceof ObjectNode object ? object.deepCopy() : JSON.objectNode();
    ObjectNode json = terms.json();
    json.removeAll();
    if (text.remove(OTHERS) instanceof ObjectNode others) {
      json.setAll(others);
    }
    json.setAll(text);
    terms.without("position_embedding_base");
    for (String key : List.of("no_rope_layers", "moe_layers")) {
      if (json.path(key).isNull()) {
        terms.without(key);
      }
    }
    return json.has("max_position_embeddings")
        ? terms
        : terms.set("max_position_embeddings", outer.path("context_window_size"));
  }
}
