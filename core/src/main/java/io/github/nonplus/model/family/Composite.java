package io.github.nonplus.model.family;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.HarmlessKeys;
import java.util.List;
import java.util.Optional;

/// Models of text and images, or of more: their text part, which is a family of its own. What else
/// their checkpoints hold is passed over, and said.
///
/// @param modelType of the whole
/// @param textType of its text part, where the configuration does not say; its keys then stand in
///   the whole's
record Composite(String modelType, String textType) {
  /// Those that there are.
  static final List<Composite> ALL =
      List.of(
          new Composite("gemma3", "gemma3_text"),
          new Composite("gemma3n", "gemma3n_text"),
          new Composite("gemma4", "gemma4_text"),
          new Composite("idefics3", "llama"),
          new Composite("internvl", "qwen2"),
          new Composite("lfm2_vl", "lfm2"),
          new Composite("llama4", "llama4_text"),
          new Composite("llava", "llama"),
          new Composite("llava_next", "llama"),
          new Composite("llava_next_video", "llama"),
          new Composite("llava_onevision", "qwen2"),
          new Composite("mistral3", "mistral"),
          new Composite("qwen2_vl", "qwen2_vl_text"),
          new Composite("qwen2_5_vl", "qwen2_5_vl_text"),
          new Composite("qwen3_vl", "qwen3_vl_text"),
          new Composite("qwen3_5", "qwen3_5_text"),
          new Composite("qwen3_5_moe", "qwen3_5_moe_text"),
          new Composite("qwen3_vl_moe", "qwen3_vl_moe_text"),
          new Composite("smolvlm", "llama"),
          new Composite("vipllava", "llama"));

  /// Prefixes of a text part's tensors, by what stands for them in a model of text alone.
  static final List<String> PREFIXES =
      List.of("model.language_model.", "language_model.model.", "model.text_model.");

  /// First parts of the names of what is not the text part.
  static final List<String> OTHERS =
      List.of(
          "visual.",
          "vision_tower.",
          "vision_model.",
          "audio_tower.",
          "multi_modal_projector.",
          "embed_vision.",
          "embed_audio.",
          "image_newline",
          "model.image_newline",
          "model.connector.",
          "model.visual.",
          "model.vision_model.",
          "model.vision_tower.",
          "model.audio_tower.",
          "model.multi_modal_projector.",
          "model.embed_vision.",
          "model.embed_audio.");

  /// Reads the text part of a configuration.
  FamilyModel read(ConfigReader config) {
    boolean isNested = config.json().has("text_config");
    ConfigReader text = text(config);
    String type = isNested ? text.stringOr("model_type", textType) : textType;
    FamilyModel model = Families.named(type, config.path()).read(text);
    if (isNested) {
      text.refuseUnknown(HarmlessKeys.of(type));
    } else {
      text.find("vision_config");
      text.refuseUnknown(HarmlessKeys.of(modelType));
    }
    return model.asTextOf(modelType);
  }

  /// What the whole says of the output layer holds for its text part.
  private ConfigReader text(ConfigReader config) {
    ConfigReader text = config.findObject("text_config").orElse(config);
    ObjectNode json = text.json().deepCopy();
    if (text != config) {
      NestedSizes.complete(json, text.stringOr("model_type", textType));
    }
    config.find("tie_word_embeddings").ifPresent(tied -> json.set("tie_word_embeddings", tied));
    return new ConfigReader(text.path(), json);
  }

  /// The name that a text part's tensor has in a model of text alone.
  static String textName(String stored) {
    for (String prefix : PREFIXES) {
      if (stored.startsWith(prefix)) {
        return "model." + stored.substring(prefix.length());
      }
    }
    String inner = "language_model.";
    return stored.startsWith(inner) ? stored.substring(inner.length()) : stored;
  }

  /// Whether a tensor belongs to another part than the text's.
  static boolean isOther(String stored) {
    return OTHERS.stream().anyMatch(stored::startsWith);
  }

  static Optional<Composite> find(String modelType) {
    return ALL.stream().filter(each -> each.modelType().equals(modelType)).findFirst();
  }
}
