package io.github.nonplus.model.family;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/// Sizes that a nested configuration leaves out. Of a configuration within another, transformers
/// writes only what differs from its class: the `text_config` of google/gemma-3-4b-it has no
/// `num_attention_heads`, because it has the 8 of `Gemma3TextConfig`. A configuration by itself is
/// written whole, so nothing is filled in there.
///
/// The numbers are those of the classes of transformers 4.57.6, which 5.24.0 has not changed.
final class NestedSizes {
  private static final List<String> KEYS =
      List.of(
          "vocab_size",
          "hidden_size",
          "intermediate_size",
          "num_hidden_layers",
          "num_attention_heads",
          "num_key_value_heads",
          "head_dim");

  /// In the order of the keys; as many as the class has numbers for.
  private static final Map<String, List<Integer>> SIZES =
      Map.ofEntries(
          Map.entry("gemma3_text", List.of(262208, 2304, 9216, 26, 8, 4, 256)),
          Map.entry("gemma4_text", List.of(262144, 2304, 9216, 30, 8, 4, 256)),
          Map.entry("llama", List.of(32000, 4096, 11008, 32, 32)),
          Map.entry("llama4_text", List.of(202048, 5120, 8192, 48, 40, 8, 128)),
          Map.entry("mistral", List.of(32000, 4096, 14336, 32, 32, 8)),
          Map.entry("qwen2", List.of(151936, 4096, 22016, 32, 32, 32)),
          Map.entry("qwen2_5_vl_text", List.of(152064, 8192, 29568, 80, 64, 8)),
          Map.entry("qwen2_vl_text", List.of(152064, 8192, 29568, 80, 64, 8)),
          Map.entry("qwen3", List.of(151936, 4096, 22016, 32, 32, 32, 128)),
          Map.entry("qwen3_5_text", List.of(248320, 4096, 12288, 32, 16, 4, 256)),
          Map.entry("qwen3_vl_text", List.of(151936, 4096, 22016, 32, 32, 32, 128)));

  private NestedSizes() {}

  /// Fills in what the class of that model type says.
  static void complete(ObjectNode text, String modelType) {
    List<Integer> sizes = SIZES.getOrDefault(modelType, List.of());
    for (int i = 0; i < sizes.size(); i++) {
      if (!text.has(KEYS.get(i))) {
        text.put(KEYS.get(i), sizes.get(i));
      }
    }
  }
}
