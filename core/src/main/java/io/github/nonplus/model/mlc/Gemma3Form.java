package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference.Evidence;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// Gemma 3's text model as MLC writes it: a part of a larger model, by its names and in its
/// configuration.
final class Gemma3Form {
  private static final int WINDOW = 8192;
  private static final String TEXT = "text_config";
  private static final String OTHERS = "kwargs";
  private static final String SLIDING = "sliding_window_size";

  /// What stands in the configuration by names of its own.
  private static final List<String> FIELDS =
      List.of(
          "hidden_size",
          "intermediate_size",
          "num_hidden_layers",
          "attention_bias",
          "num_attention_heads",
          "num_key_value_heads",
          "head_dim",
          "rms_norm_eps",
          "hidden_activation",
          "rope_theta",
          "rope_scaling",
          "query_pre_attn_scalar",
          "vocab_size");

  private Gemma3Form() {}

  static MlcForm text() {
    return form("gemma3_text");
  }

  /// The text part of a model of text and images, which is all that MLC stores of it.
  static MlcForm whole() {
    return form("gemma3");
  }

  private static MlcForm form(String type) {
    return TableForm.of(
            type,
            "gemma3_text",
            new Naming()
                .embedding("model.embed_tokens")
                .fusedGate()
                .renamed("model.", "language_model.model.")
                .plusOne(name -> name.endsWith("norm.weight")),
            Gemma3Form::fields,
            Gemma3Form::terms)
        .differing(
            model ->
                Differences.of(model)
                    .turningByBase(
                        Evidence.EXECUTED,
                        "rope",
                        "turns all layers by rope_theta: rope_local_base_freq and rope scaling are ignored")
                    .seeingAll(Evidence.EXECUTED)
                    .activating(Evidence.READ, "hidden_activation", Activation.GELU_TANH)
                    .computingOneCall()
                    .end())
        .refusing(GemmaForm::otherActivation);
  }

  private static ObjectNode fields(FamilyModel model) {
    ObjectNode stated = model.configuration();
    int sliding = stated.path("sliding_window").asInt(4096);
    int window = Math.max(sliding, WINDOW);
    ObjectNode others = stated.deepCopy();
    others.remove(FIELDS);
    ObjectNode text =
        ConfigFields.of(model)
            .stated("hidden_size", "intermediate_size", "num_hidden_layers")
            .stated("attention_bias", "num_attention_heads", "num_key_value_heads", "head_dim")
            .stated("rms_norm_eps")
            .statedOr("hidden_activation", "gelu_pytorch_tanh")
            .base("position_embedding_base")
            .statedOr("rope_scaling", 0)
            .put("context_window_size", window)
            .put("prefill_chunk_size", WINDOW)
            .stated("query_pre_attn_scalar")
            .put(SLIDING, sliding)
            .put(OTHERS, others)
            .end();
    return ConfigFields.of(model)
        .put(TEXT, text)
        .stated("vocab_size")
        .shards()
        .batch()
        .put("context_window_size", window)
        .put(SLIDING, sliding)
        .put("prefill_chunk_size", WINDOW)
        .put("is_text_model", model.whole().isEmpty())
        .end();
  }

  private static Translation terms(Translation terms) {
    ObjectNode outer = terms.json().deepCopy();
    ObjectNode text =
        outer.path(TEXT) instanceof ObjectNode object
            ? object.deepCopy()
            : JsonNodeFactory.instance.objectNode();
    terms.json().removeAll();
    if (text.remove(OTHERS) instanceof ObjectNode others) {
      terms.json().setAll(others);
    }
    terms.json().setAll(text);
    if (text.path("rope_scaling").isInt()) {
      terms.without("rope_scaling");
    }
    terms
        .without("prefill_chunk_size", "context_window_size")
        .set("max_position_embeddings", outer.path("context_window_size"))
        .base()
        .renamed(SLIDING, "sliding_window");
    // What the whole says may be a default; a text part's own number is that of its rows.
    return terms.json().has("vocab_size")
        ? terms
        : terms.set("vocab_size", outer.path("vocab_size"));
  }
}
