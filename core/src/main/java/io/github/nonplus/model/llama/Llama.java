package io.github.nonplus.model.llama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.Architecture;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.HarmlessKeys;
import io.github.nonplus.model.Model;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.program.rotation.DefaultRotation;
import io.github.nonplus.program.rotation.Rotation;
import java.util.Optional;
import java.util.Set;

/// Reads Llama configurations. Defaults of absent keys are those of transformers.
public final class Llama implements Architecture {
  private static final Set<String> HARMLESS = HarmlessKeys.with("sliding_window");

  /// What MLC writes beside the model proper: how it is served, not what it computes.
  private static final Set<String> SERVING =
      Set.of(
          "prefill_chunk_size",
          "tensor_parallel_shards",
          "pipeline_parallel_stages",
          "max_batch_size",
          "disaggregation");

  @Override
  public String modelType() {
    return "llama";
  }

  @Override
  public Model fromHuggingFace(ConfigReader config) {
    int maxPositions = config.intOr("max_position_embeddings", 1, 2048);
    Rotation rotation = RotationReader.read(config, maxPositions);
    LlamaShape shape = shape(config);
    LlamaModel model =
        new LlamaModel(
            shape,
            config.positiveOr("rms_norm_eps", 1e-6),
            rotation,
            config.booleanOr("attention_bias", false),
            config.booleanOr("mlp_bias", false),
            config.booleanOr("tie_word_embeddings", false),
            maxPositions,
            base(config, rotation),
            scaling(config));
    finish(config, HARMLESS);
    return model;
  }

  @Override
  public Model fromMlc(ConfigReader config) {
    int contextWindow = config.requiredInt("context_window_size", 1);
    JsonNode base = config.find("position_embedding_base").orElse(IntNode.valueOf(10_000));
    double number = config.positiveOr("position_embedding_base", 10_000);
    Optional<ConfigReader> scaling = config.findObject("rope_scaling");
    Rotation rotation =
        scaling.isPresent()
            ? RotationReader.scaled(scaling.get(), number, contextWindow)
            : new DefaultRotation(number);
    LlamaModel model =
        new LlamaModel(
            shape(config),
            config.positiveOr("rms_norm_eps", 1e-6),
            rotation,
            config.booleanOr("attention_bias", false),
            config.booleanOr("mlp_bias", false),
            config.booleanOr("tie_word_embeddings", false),
            contextWindow,
            base,
            scaling.map(ConfigReader::json).orElse(null));
    finish(config, SERVING);
    return model;
  }

  private static LlamaShape shape(ConfigReader config) {
    int hidden = config.requiredInt("hidden_size", 1);
    int heads = config.requiredInt("num_attention_heads", 1);
    int keyHeads = config.intOr("num_key_value_heads", 1, heads);
    Optional<JsonNode> headSize = config.find("head_dim");
    if (headSize.isEmpty() && hidden % heads != 0) {
      throw config.failure(
          "hidden_size %d is no multiple of num_attention_heads %d".formatted(hidden, heads));
    }
    LlamaShape shape =
        new LlamaShape(
            hidden,
            config.requiredInt("intermediate_size", 1),
            config.requiredInt("num_hidden_layers", 1),
            heads,
            keyHeads,
            config.intOr("head_dim", 1, hidden / heads),
            config.requiredInt("vocab_size", 1));
    shape
        .problem()
        .ifPresent(
            problem -> {
              throw config.failure(problem);
            });
    return shape;
  }

  private static void finish(ConfigReader config, Set<String> harmless) {
    String activation = config.stringOr("hidden_act", "silu");
    if (!activation.equals("silu")) {
      throw config.failure("hidden_act is '%s', only 'silu' is implemented".formatted(activation));
    }
    config
        .find("quantization_config")
        .ifPresent(
            found -> {
              throw config.failure(
                  "the checkpoint is quantized already (quantization_config); give the original one");
            });
    config.refuseUnknown(harmless);
  }

  /// The base as MLC writes it: the number as it stands in the file, or 10000.
  ///
  /// MLC's own Llama ignores the newer `rope_parameters` and would write 10000 there; that is wrong
  /// wherever the checkpoint's base is another one, so here the checkpoint's base is written.
  private static JsonNode base(ConfigReader config, Rotation rotation) {
    Optional<JsonNode> older = config.find("rope_theta");
    Optional<JsonNode> newer =
        config.findObject("rope_parameters").flatMap(parameters -> parameters.find("rope_theta"));
    return newer
        .filter(value -> older.isEmpty() || value.doubleValue() != older.get().doubleValue())
        .filter(value -> older.isPresent() || value.doubleValue() != 10_000)
        .or(() -> older)
        .orElse(IntNode.valueOf(10_000));
  }

  /// The scaling as MLC writes it: null for none, else the object with its `rope_type`.
  private static ObjectNode scaling(ConfigReader config) {
    Optional<ConfigReader> found =
        config.findObject("rope_scaling").or(() -> config.findObject("rope_parameters"));
    if (found.isEmpty()) {
      return null;
    }
    ObjectNode scaling = found.get().json().deepCopy();
    JsonNode type = scaling.has("rope_type") ? scaling.get("rope_type") : scaling.get("type");
    if (type == null || type.asText().equals("default")) {
      return null;
    }
    scaling.remove("type");
    scaling.remove("rope_theta");
    scaling.set("rope_type", type);
    config
        .find("original_max_position_embeddings")
        .ifPresent(length -> scaling.set("original_max_position_embeddings", length));
    return scaling;
  }
}
