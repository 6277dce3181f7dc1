package io.github.nonplus.reference.family;

import io.github.nonplus.model.ConfigReader;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// The families by their `model_type`.
public final class Families {
  /// All of them, sorted by name.
  public static final Map<String, Reading> ALL = Collections.unmodifiableMap(all());

  private Families() {}

  /// From a configuration to a decoder; every key that can change a number is read.
  @FunctionalInterface
  public interface Reading {
    /// @param family the `model_type`
    Decoder of(ConfigReader config, String family);
  }

  private static Map<String, Reading> all() {
    Map<String, Reading> all = new TreeMap<>();
    all.put("llama", LlamaLike::llama);
    all.put("mistral", LlamaLike::mistral);
    all.put("ministral", LlamaLike::ministral);
    all.put("cwm", LlamaLike::cwm);
    all.put("granite", LlamaLike::granite);
    all.put("smollm3", LlamaLike::smollm3);
    all.put("seed_oss", LlamaLike::seedOss);
    all.put("qwen2", Qwen::second);
    all.put("qwen3", Qwen::third);
    all.put("gemma", Gemma::first);
    all.put("gemma2", Gemma::second);
    all.put("vaultgemma", Gemma::vault);
    all.put("gemma3_text", Gemma::third);
    all.put("phi3", Fused::phi3);
    all.put("glm", Fused::glm);
    all.put("glm4", Fused::glm4);
    all.put("olmo2", NormedAfter::olmo2);
    all.put("exaone4", NormedAfter::exaone4);
    all.put("cohere", Cohere::first);
    all.put("cohere2", Cohere::second);
    return all;
  }
}
