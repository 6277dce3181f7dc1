package io.github.nonplus.model;

import java.util.HashSet;
import java.util.Set;

/// Keys of `config.json` that do not change what any decoder computes.
public final class HarmlessKeys {
  private static final Set<String> SHARED =
      Set.of(
          "architectures",
          "model_type",
          "transformers_version",
          "torch_dtype",
          "dtype",
          "use_cache",
          "initializer_range",
          "bos_token_id",
          "eos_token_id",
          "pad_token_id",
          "attention_dropout",
          "is_decoder",
          "pretraining_tp",
          "output_attentions",
          "output_hidden_states",
          "return_dict",
          "_name_or_path",
          "_from_model_config",
          "torchscript",
          "unsloth_version",
          "unsloth_fixed",
          "transformers.js_config");

  private HarmlessKeys() {}

  /// Those of every family and `others`.
  public static Set<String> with(String... others) {
    Set<String> keys = new HashSet<>(SHARED);
    keys.addAll(Set.of(others));
    return keys;
  }
}
