package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference.Evidence;
import io.github.nonplus.program.rotation.LongRotation;

/// Phi-3 as MLC writes it, in names of its own.
final class Phi3Form {
  private static final String ORIGINAL = "original_max_position_embeddings";
  private static final int USUAL_ORIGINAL = 4096;

  private Phi3Form() {}

  static MlcForm form() {
    return TableForm.of(
            "phi3",
            new Naming()
                .embedding("model.embed_tokens")
                .renamed("model.embed_tokens", "transformer.embd")
                .renamed("model.layers", "transformer.h")
                .renamed("model.norm", "transformer.norm")
                .renamed("input_layernorm", "ln")
                .renamed("self_attn.qkv_proj", "mixer.qkv_proj")
                .renamed("self_attn.o_proj", "mixer.out_proj"),
            Phi3Form::fields,
            Phi3Form::terms)
        .differing(
            model -> {
              Differences differences = Differences.of(model).seeingAll(Evidence.EXECUTED);
              return model.positions().rotation() instanceof LongRotation
                  ? differences.computingOneCall().end()
                  : differences.end();
            })
        .unsaid("sliding_window");
  }

  private static Translation terms(Translation terms) {
    if (terms.json().path("rope_scaling") instanceof ObjectNode scaling) {
      scaling.remove("max_position_embeddings"); // the model's own
    } else {
      terms.without(ORIGINAL);
    }
    return terms.base().without("context_window_size");
  }

  private static ObjectNode fields(FamilyModel model) {
    return ConfigFields.of(model)
        .put("model_type", "phi3")
        .stated("hidden_size", "vocab_size", "num_hidden_layers", "num_attention_heads")
        .stated("intermediate_size", "rms_norm_eps", "num_key_value_heads")
        .stated("max_position_embeddings")
        .base("position_embedding_base")
        .put("rope_scaling", scaling(model))
        .statedOr(ORIGINAL, USUAL_ORIGINAL)
        .window(ConfigFields.LARGEST_CHUNK)
        .stated("head_dim")
        .shards()
        .batch()
        .statedOr("tie_word_embeddings", false)
        .statedOr("partial_rotary_factor", model.configuration().numberNode(1.0))
        .end();
  }

  /// With both names of its type, and both lengths.
  private static ObjectNode scaling(FamilyModel model) {
    ObjectNode own = model.positions().scaling();
    if (own == null) {
      return null;
    }
    ObjectNode scaling = own.objectNode();
    String type = own.path("rope_type").asText();
    scaling.set("long_factor", own.get("long_factor"));
    scaling.set("short_factor", own.get("short_factor"));
    scaling.put("type", type);
    scaling.put("rope_type", type);
    scaling.put("max_position_embeddings", model.sizes().positions());
    scaling.set(ORIGINAL, own.path(ORIGINAL));
    return scaling;
  }
}
