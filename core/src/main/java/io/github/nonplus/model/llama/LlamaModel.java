package io.github.nonplus.model.llama;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.Model;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.StoredParameter;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.rotation.DefaultRotation;
import io.github.nonplus.program.rotation.DynamicRotation;
import io.github.nonplus.program.rotation.Llama3Rotation;
import io.github.nonplus.program.rotation.Rotation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A Llama, resolved.
///
/// @param epsilon of every norm
/// @param tied whether the output layer is the embedding
/// @param maxPositions `max_position_embeddings`
record LlamaModel(
    LlamaShape shape,
    double epsilon,
    RotaryPositions positions,
    boolean attentionBias,
    boolean mlpBias,
    boolean tied,
    int maxPositions)
    implements Model {
  private static final int LARGEST_PREFILL_CHUNK = 8192;
  private static final int BATCH = 128;

  @Override
  public String modelType() {
    return "llama";
  }

  @Override
  public int vocabularySize() {
    return shape.vocabulary();
  }

  Rotation rotation() {
    return positions.rotation();
  }

  /// Dynamic scaling is there for windows beyond the trained length; the others have theirs in it.
  @Override
  public int contextWindow() {
    return rotation() instanceof DynamicRotation dynamic
        ? (int) Math.max(maxPositions, maxPositions * dynamic.factor())
        : maxPositions;
  }

  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("model_type", modelType());
    facts.put("hidden_size", "" + shape.hidden());
    facts.put("intermediate_size", "" + shape.intermediate());
    facts.put("num_hidden_layers", "" + shape.layers());
    facts.put("num_attention_heads", "" + shape.heads());
    facts.put("num_key_value_heads", "" + shape.keyHeads());
    facts.put("head_dim", "" + shape.headSize());
    facts.put("vocab_size", "" + shape.vocabulary());
    facts.put("rms_norm_eps", "" + epsilon);
    facts.put("rotation", rotation().toString());
    facts.put("attention_bias", "" + attentionBias);
    facts.put("mlp_bias", "" + mlpBias);
    facts.put("tie_word_embeddings", "" + tied);
    return facts;
  }

  @Override
  public Program program(Output output) {
    return new LlamaProgram(this).build(output);
  }

  @Override
  public List<StoredParameter> storedParameters() {
    return LlamaParameters.stored(this);
  }

  @Override
  public boolean ignores(String checkpointName) {
    return checkpointName.endsWith(".rotary_emb.inv_freq")
        || (tied && checkpointName.equals("lm_head.weight"));
  }

  @Override
  public Optional<String> originalOf(String checkpointName) {
    return tied && checkpointName.equals("lm_head.weight")
        ? Optional.of("model.embed_tokens.weight")
        : Optional.empty();
  }

  @Override
  public List<String> mlcCaveats() {
    List<String> caveats = new ArrayList<>();
    if (attentionBias || mlpBias) {
      caveats.add("MLC LLM's own Llama has no biases: it would ignore those of this model");
    }
    if (!(rotation() instanceof DefaultRotation || rotation() instanceof Llama3Rotation)) {
      caveats.add(
          "MLC LLM's own Llama does not know this model's rope scaling " + positions.scaling());
    }
    return caveats;
  }

  @Override
  public ObjectNode mlcModelConfig() {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("hidden_size", shape.hidden());
    config.put("intermediate_size", shape.intermediate());
    config.put("num_attention_heads", shape.heads());
    config.put("num_hidden_layers", shape.layers());
    config.put("rms_norm_eps", epsilon);
    config.put("vocab_size", shape.vocabulary());
    config.put("tie_word_embeddings", tied);
    config.set("position_embedding_base", positions.base());
    config.set("rope_scaling", positions.scaling());
    config.put("context_window_size", maxPositions);
    config.put("prefill_chunk_size", Math.min(maxPositions, LARGEST_PREFILL_CHUNK));
    config.put("num_key_value_heads", shape.keyHeads());
    config.put("head_dim", shape.headSize());
    config.put("tensor_parallel_shards", 1);
    config.put("pipeline_parallel_stages", 1);
    config.put("max_batch_size", BATCH);
    config.put("disaggregation", false);
    // MLC has no such keys; they are written only where leaving them out would change the model.
    if (attentionBias) {
      config.put("attention_bias", true);
    }
    if (mlpBias) {
      config.put("mlp_bias", true);
    }
    return config;
  }
}
