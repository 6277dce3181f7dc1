package io.github.nonplus.model.llama;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.model.ActivationNames;
import io.github.nonplus.model.Architecture;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.HarmlessKeys;
import io.github.nonplus.model.Model;
import io.github.nonplus.model.QuantizedCheckpoint;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import java.util.Optional;
import java.util.Set;

/// Reads Llama configurations. Defaults of absent keys are those of transformers.
public final class Llama implements Architecture {
  private static final HarmlessKeys HARMLESS = HarmlessKeys.of("llama");

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
    RotaryPositions positions = RotationReader.fromHuggingFace(config, maxPositions);
    QuantizedCheckpoint.refuse(config);
    Model model = model(config, positions, maxPositions);
    config.refuseUnknown(HARMLESS);
    return model;
  }

  @Override
  public Model fromMlc(ConfigReader config) {
    int contextWindow = config.requiredInt("context_window_size", 1);
    RotaryPositions positions = RotationReader.fromMlc(config, contextWindow);
    Model model = model(config, positions, contextWindow);
    config.refuseUnknown(SERVING);
    return model;
  }

  private static Model model(ConfigReader config, RotaryPositions positions, int maxPositions) {
    requireActivation(config);
    return new LlamaModel(
        shape(config),
        config.positiveOr("rms_norm_eps", 1e-6),
        positions,
        config.booleanOr("attention_bias", false),
        config.booleanOr("mlp_bias", false),
        config.booleanOr("tie_word_embeddings", false),
        maxPositions);
  }

  private static void requireActivation(ConfigReader config) {
    String activation = config.stringOr("hidden_act", "silu");
    if (!ActivationNames.plain(activation).equals("silu")) {
      throw config.failure("hidden_act is '%s', only 'silu' is implemented".formatted(activation));
    }
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
}
