package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.HarmlessKeys;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;

/// MLC's `model_config` in Hugging Face's terms.
final class Translation {
  private static final String WINDOW = "context_window_size";

  private final String path;
  private final ObjectNode json;

  private Translation(String path, ObjectNode json) {
    this.path = path;
    this.json = json;
  }

  /// Without what says how the model is served, and not what it computes.
  static Translation of(ConfigReader config) {
    return new Translation(config.path(), config.json().deepCopy())
        .without(
            "prefill_chunk_size",
            "tensor_parallel_shards",
            "pipeline_parallel_stages",
            "max_batch_size",
            "disaggregation",
            "dtype",
            "ffn_out_dtype",
            "weight_block_size",
            "modules_to_not_convert");
  }

  Translation without(String... keys) {
    for (String key : keys) {
      json.remove(key);
    }
    return this;
  }

  /// A key by another name.
  Translation renamed(String key, String name) {
    JsonNode value = json.remove(key);
    if (value != null) {
      json.set(name, value);
    }
    return this;
  }

  /// The base of the rotation by its name in `config.json`.
  Translation base() {
    return renamed("position_embedding_base", "rope_theta");
  }

  /// The window, which has to be there.
  Translation window(String name) {
    return renamed(WINDOW, name);
  }

  Translation set(String key, JsonNode value) {
    json.set(key, value);
    return this;
  }

  Translation set(String key, int value) {
    return set(key, IntNode.valueOf(value));
  }

  Translation set(String key, String value) {
    return set(key, TextNode.valueOf(value));
  }

  ObjectNode json() {
    return json;
  }

  /// What a family makes of it.
  FamilyModel read(String family) {
    json.remove("model_type");
    ConfigReader config = new ConfigReader(path, json);
    FamilyModel model = Families.named(family, path).read(config);
    config.refuseUnknown(HarmlessKeys.of(family));
    return model;
  }
}
