package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.family.Sizes;

/// Writes a `model_config` field by field. A field is what `config.json` states, in the very form
/// in which it stands there; what it leaves open is what the model has.
final class ConfigFields {
  static final int LARGEST_CHUNK = 8192;
  private static final int BATCH = 128;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final FamilyModel model;
  private final ObjectNode stated;
  private final ObjectNode fields = JSON.objectNode();

  private ConfigFields(FamilyModel model, ObjectNode stated) {
    this.model = model;
    this.stated = stated;
  }

  static ConfigFields of(FamilyModel model) {
    return new ConfigFields(model, model.configuration());
  }

  /// Fields that have the names that they have in `config.json`.
  ConfigFields stated(String... keys) {
    for (String key : keys) {
      fields.set(key, stated.hasNonNull(key) ? stated.get(key).deepCopy() : own(key));
    }
    return this;
  }

  /// One that is something else where nothing is stated.
  ConfigFields statedOr(String key, JsonNode absent) {
    fields.set(key, stated.hasNonNull(key) ? stated.get(key).deepCopy() : absent);
    return this;
  }

  ConfigFields statedOr(String key, boolean absent) {
    return statedOr(key, JSON.booleanNode(absent));
  }

  ConfigFields statedOr(String key, int absent) {
    return statedOr(key, JSON.numberNode(absent));
  }

  ConfigFields statedOr(String key, String absent) {
    return statedOr(key, JSON.textNode(absent));
  }

  ConfigFields put(String key, JsonNode value) {
    fields.set(key, value);
    return this;
  }

  ConfigFields put(String key, int value) {
    fields.put(key, value);
    return this;
  }

  ConfigFields put(String key, boolean value) {
    fields.put(key, value);
    return this;
  }

  ConfigFields put(String key, double value) {
    fields.put(key, value);
    return this;
  }

  ConfigFields put(String key, String value) {
    fields.put(key, value);
    return this;
  }

  /// The base of the rotation, wherever it is stated.
  ConfigFields base(String key) {
    return put(key, model.positions().base());
  }

  /// The window, and how much of it is evaluated at once.
  ConfigFields window(int largestChunk) {
    int window = model.sizes().positions();
    return put("context_window_size", window)
        .put("prefill_chunk_size", Math.min(window, largestChunk));
  }

  ConfigFields shards() {
    return put("tensor_parallel_shards", 1);
  }

  ConfigFields stages() {
    return put("pipeline_parallel_stages", 1);
  }

  ConfigFields batch() {
    return put("max_batch_size", BATCH);
  }

  /// Everything in the order in which it was said.
  ObjectNode end() {
    return fields;
  }

  private JsonNode own(String key) {
    Sizes sizes = model.sizes();
    return switch (key) {
      case "hidden_size", "n_embd" -> JSON.numberNode(sizes.hidden());
      case "intermediate_size", "n_inner" -> JSON.numberNode(sizes.inner());
      case "num_hidden_layers", "n_layer" -> JSON.numberNode(sizes.layers());
      case "num_attention_heads", "n_head" -> JSON.numberNode(sizes.heads());
      case "num_key_value_heads", "n_head_kv" -> JSON.numberNode(sizes.keyHeads());
      case "head_dim" -> JSON.numberNode(sizes.headSize());
      case "vocab_size" -> JSON.numberNode(sizes.vocabulary());
      case "max_position_embeddings", "n_positions" -> JSON.numberNode(sizes.positions());
      case "rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon", "norm_epsilon", "norm_eps" ->
          DoubleNode.valueOf(model.decoder().lastNorm().epsilon());
      case "num_experts", "num_local_experts", "n_routed_experts" -> whole("experts");
      case "num_experts_per_tok" -> whole("experts_per_token");
      default -> fact(key);
    };
  }

  private JsonNode whole(String fact) {
    return JSON.numberNode(Integer.parseInt(model.facts().get(fact)));
  }

  private JsonNode fact(String key) {
    String fact = model.facts().get(key);
    if (fact == null) {
      return JSON.nullNode();
    }
    if (fact.equals("true") || fact.equals("false")) {
      return JSON.booleanNode(fact.equals("true"));
    }
    return DoubleNode.valueOf(Double.parseDouble(fact));
  }
}
