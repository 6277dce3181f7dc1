package io.github.nonplus.weights.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// What a model has to say for `mlc-chat-config.json`; the rest is found beside its weights.
///
/// @param modelType MLC's name of the architecture: `llama`
/// @param modelConfig the architecture's own fields in MLC's order, `vocab_size`,
///   `prefill_chunk_size` and `tensor_parallel_shards` among them
/// @param conversationTemplate one of [ConversationTemplates]; matters to chat programs only
public record ChatConfig(String modelType, ObjectNode modelConfig, String conversationTemplate) {
  public ChatConfig {
    modelConfig = modelConfig.deepCopy();
    for (String key : new String[] {"vocab_size", "prefill_chunk_size", "tensor_parallel_shards"}) {
      if (!modelConfig.path(key).isIntegralNumber()) {
        throw new IllegalArgumentException("model_config has no " + key);
      }
    }
  }
}
