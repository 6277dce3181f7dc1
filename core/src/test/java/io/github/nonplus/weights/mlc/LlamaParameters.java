package io.github.nonplus.weights.mlc;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.model.mlc.StoredParameter.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The two models of the goldens, written down by hand from MLC's specification of Llama, so that
/// these tests do not depend on how a configuration becomes a model.
record LlamaParameters(
    int layers, int hidden, int inner, int queryRows, int keyRows, int vocabulary, boolean tied) {
  static final LlamaParameters TINY = new LlamaParameters(2, 64, 100, 64, 32, 96, true);
  static final LlamaParameters NOVELLA = new LlamaParameters(6, 256, 704, 256, 128, 4096, false);

  /// Where novella-6m lies in the repository, seen from this module.
  static final Path NOVELLA_DIRECTORY = Path.of("..", "examples", "novella-6m");

  List<StoredParameter> list() {
    List<StoredParameter> list = new ArrayList<>();
    list.add(alone("model.embed_tokens.weight", List.of(vocabulary, hidden), Role.EMBEDDING));
    for (int i = 0; i < layers; i++) {
      String layer = "model.layers." + i + ".";
      String attention = layer + "self_attn.";
      list.add(alone(layer + "input_layernorm.weight", List.of(hidden), Role.PLAIN));
      list.add(alone(layer + "post_attention_layernorm.weight", List.of(hidden), Role.PLAIN));
      list.add(
          new StoredParameter(
              attention + "qkv_proj.weight",
              List.of(queryRows + 2 * keyRows, hidden),
              List.of(
                  attention + "q_proj.weight",
                  attention + "k_proj.weight",
                  attention + "v_proj.weight"),
              List.of(queryRows, keyRows, keyRows),
              Role.LINEAR));
      list.add(alone(attention + "o_proj.weight", List.of(hidden, queryRows), Role.LINEAR));
      list.add(
          new StoredParameter(
              layer + "mlp.gate_up_proj.weight",
              List.of(2 * inner, hidden),
              List.of(layer + "mlp.gate_proj.weight", layer + "mlp.up_proj.weight"),
              List.of(inner, inner),
              Role.LINEAR));
      list.add(alone(layer + "mlp.down_proj.weight", List.of(hidden, inner), Role.LINEAR));
    }
    list.add(alone("model.norm.weight", List.of(hidden), Role.PLAIN));
    if (!tied) {
      list.add(alone("lm_head.weight", List.of(vocabulary, hidden), Role.OUTPUT_LAYER));
    }
    return list;
  }

  private static StoredParameter alone(String name, List<Integer> shape, Role role) {
    return new StoredParameter(name, shape, name, role);
  }

  /// The chat configuration of these models.
  ChatConfig chatConfig() {
    boolean tiny = equals(TINY);
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("hidden_size", hidden).put("intermediate_size", inner);
    config.put("num_attention_heads", tiny ? 4 : 8).put("num_hidden_layers", layers);
    config.put("rms_norm_eps", tiny ? 1e-6 : 1e-5).put("vocab_size", vocabulary);
    config.put("tie_word_embeddings", tied);
    if (tiny) {
      config.put("position_embedding_base", 50000.0);
    } else {
      config.put("position_embedding_base", 10000);
    }
    config.putNull("rope_scaling");
    config.put("context_window_size", tiny ? 128 : 1024);
    config.put("prefill_chunk_size", tiny ? 128 : 1024);
    config.put("num_key_value_heads", tiny ? 2 : 4).put("head_dim", tiny ? 16 : 32);
    config.put("tensor_parallel_shards", 1).put("pipeline_parallel_stages", 1);
    config.put("max_batch_size", 128).put("disaggregation", false);
    return new ChatConfig("llama", config, tiny ? "llama-2" : "LM");
  }
}
