package io.github.nonplus.model.mlc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Other forms of `config.json`, older and newer keys and settings that are rarely on: what is
/// written of them is what MLC's `gen_config` writes, or departs from it where that would write
/// another model than the one that was published; and what MLC cannot be is said.
class ConfigVariantsTest {
  private static final String BIASES =
      " [hidden_size, intermediate_size, num_attention_heads, num_hidden_layers, rms_norm_eps,"
          + " vocab_size, tie_word_embeddings, position_embedding_base, rope_scaling,"
          + " context_window_size, prefill_chunk_size, num_key_value_heads, head_dim,"
          + " tensor_parallel_shards, pipeline_parallel_stages, max_batch_size, disaggregation";

  /// What is written otherwise: MLC does not read the newer object of rotations, drops a scaling
  /// that it does not know, and writes heads of no size.
  private static final Map<String, List<String>> DEPARTURES =
      Map.ofEntries(
          departure(
              "fixture cohere, keys of transformers 5",
              "/position_embedding_base: 75000.0 instead of 10000"),
          departure(
              "fixture llama-dynamic-rope, keys of transformers 5",
              "/rope_scaling: {\"factor\":2.0,\"rope_type\":\"dynamic\"} instead of null"),
          departure(
              "fixture llama-linear-rope, keys of transformers 5",
              "/rope_scaling: {\"factor\":4.0,\"rope_type\":\"linear\"} instead of null"),
          departure(
              "fixture llama-tied-sharded, keys of transformers 5",
              "/position_embedding_base: 100000.0 instead of 10000"),
          departure(
              "fixture olmo2, keys of transformers 5",
              "/position_embedding_base: 500000.0 instead of 10000"),
          departure(
              "llama, linear scaling in the form of transformers 4 before 4.43",
              BIASES + ", attention_bias, mlp_bias] instead of" + BIASES + "]",
              "/rope_scaling: {\"factor\":4.0,\"rope_type\":\"linear\"} instead of null",
              "/attention_bias: true instead of ",
              "/mlp_bias: true instead of "),
          departure("mistral, head_dim null", "/head_dim: 16 instead of null"),
          departure("mixtral, head_dim null", "/head_dim: 16 instead of null"),
          departure("qwen3, no head_dim", "/head_dim: 128 instead of 0"),
          departure(
              "gemma3, vocab_size at top level",
              "/text_config/kwargs [model_type, sliding_window, tie_word_embeddings] instead of"
                  + " [model_type, sliding_window, vocab_size]",
              "/text_config/kwargs/tie_word_embeddings: true instead of "),
          departure(
              "phi3, longrope with rope_type only: dropped",
              "/rope_scaling: {\"long_factor\":[1.1,1.3,1.7,2.2,3.0,4.1,5.6,7.5,10.0,13.0,17.0,22.0],"
                  + "\"short_factor\":[1.0,1.02,1.05,1.1,1.2,1.3,1.45,1.6,1.8,2.0,2.3,2.6],"
                  + "\"type\":\"longrope\",\"rope_type\":\"longrope\",\"max_position_embeddings\":128,"
                  + "\"original_max_position_embeddings\":32} instead of null"),
          departure(
              "gpt_neox, another rotary_emb_base",
              "/position_embedding_base: 50000.0 instead of 10000"),
          departure(
              "minicpm, no tie_word_embeddings key",
              "/tie_word_embeddings: true instead of false"));

  /// Models that are refused here, with the key that is not known; MLC takes them.
  private static final Map<String, String> REFUSED =
      Map.of("gpt_neox, rope_theta", "the key 'rope_theta' (50000.0) is not known here");

  /// What MLC refuses, and what becomes of it here: nothing, where there is no form of it; a
  /// directory of which `--as mlc` is refused, where MLC's own cannot be the model; and a directory
  /// like others, where MLC only misses a key that is said elsewhere, or has a default.
  private static final Map<String, String> ERRORS =
      Map.ofEntries(
          Map.entry("fixture qwen2-moe, keys of transformers 5", ""),
          Map.entry("fixture qwen2-tied, keys of transformers 5", ""),
          Map.entry("fixture qwen3, keys of transformers 5", ""),
          Map.entry("fixture starcoder2, keys of transformers 5", ""),
          Map.entry("qwen3, no attention_bias", ""),
          Map.entry("gemma2, no sliding_window", ""),
          Map.entry("phi3, type yarn", ""),
          Map.entry(
              "llama with yarn: refused", "it does not know the rope scaling {\"factor\":4.0"),
          Map.entry(
              "llama, linear scaling with rope_type",
              "it does not know the rope scaling {\"rope_type\":\"linear\""),
          Map.entry("gemma, silu", "it has GELU for its activation, and this model silu"),
          Map.entry(
              "deepseek_v2 as transformers 5 writes it",
              "it needs a rope scaling, and this model has none"));

  /// What MLC writes, and cannot be either: its own model fails when it is built.
  private static final Map<String, String> CANNOT_BE =
      Map.of(
          "fixture llama-dynamic-rope, keys of transformers 5", "it does not know the rope scaling",
          "fixture llama-linear-rope, keys of transformers 5", "it does not know the rope scaling",
          "llama, linear scaling in the form of transformers 4 before 4.43",
              "it does not know the rope scaling",
          "qwen2_moe, every second layer sparse", "it has experts in every layer",
          "qwen2_moe, mlp_only_layers", "it has experts in every layer",
          "deepseek_v2, no rope_scaling", "it needs a rope scaling");

  /// Of which MLC's configuration has no place for something: a sentence says what.
  private static final Map<String, List<String>> LOST =
      Map.of(
          "fixture cohere, keys of transformers 5", List.of("logit_scale"),
          "mistral, tied", List.of("tie_word_embeddings"),
          "qwen2, yarn", List.of("rotation"),
          "qwen3, yarn", List.of("rotation"),
          "phi, qk_layernorm", List.of("qk_layernorm"),
          "stablelm, parallel residual and qk_layernorm",
              List.of("use_parallel_residual", "qk_layernorm"),
          "minicpm, longrope", List.of("rotation"));

  private static Map.Entry<String, List<String>> departure(String note, String... differences) {
    return Map.entry(note, List.of(differences));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("written")
  void writtenAsMlcWritesIt(JsonNode variant) {
    String note = variant.path("note").asText();
    if (REFUSED.containsKey(note)) {
      assertThatThrownBy(() -> model(variant))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining(REFUSED.get(note));
      return;
    }
    FamilyModel model = model(variant);
    MlcForm form = MlcForms.of(model, "c");
    JsonNode chat = variant.path("mlc_chat_config");
    assertThat(form.modelType()).isEqualTo(chat.path("model_type").asText());
    List<String> different = new ArrayList<>();
    compare("", form.modelConfig(model), chat.path("model_config"), different);
    assertThat(different).isEqualTo(DEPARTURES.getOrDefault(note, List.of()));
    requireRefusal(form, model, CANNOT_BE.getOrDefault(note, ""));
    assertThat(MlcFacts.lost(model))
        .zipSatisfy(
            LOST.getOrDefault(note, List.of()),
            (sentence, fact) -> assertThat(sentence).contains("cannot say that " + fact + " is"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void refusedAsMlcRefusesItOrReadAsItIs(JsonNode variant) {
    String note = variant.path("note").asText();
    if (note.endsWith("not a family of MLC")) {
      assertThat(variant.path("error").asText()).startsWith("ValueError: Unknown model type: ");
      assertThatThrownBy(() -> MlcForms.of(model(variant), "c"))
          .isInstanceOf(ModelException.class)
          .hasMessageStartingWith(
              "c: MLC's form of model_type '%s' is not implemented",
              variant.path("config").path("model_type").asText());
      return;
    }
    FamilyModel model = model(variant);
    MlcForm form = MlcForms.of(model, "c");
    assertThat(form.modelConfig(model).size()).isPositive();
    assertThat(ERRORS).containsKey(note);
    requireRefusal(form, model, ERRORS.get(note));
    assertThat(MlcFacts.lost(model)).isEmpty();
  }

  private static void requireRefusal(MlcForm form, FamilyModel model, String reason) {
    if (reason.isEmpty()) {
      assertThat(form.refusal(model)).isEmpty();
    } else {
      assertThat(form.refusal(model).orElseThrow()).startsWith(reason);
    }
  }

  @Test
  void everyNoteIsOfAVariant() throws IOException {
    Set<String> notes = new HashSet<>();
    variants().forEach(each -> notes.add(each.path("note").asText()));
    for (Map<String, ?> table : List.of(DEPARTURES, REFUSED, ERRORS, CANNOT_BE, LOST)) {
      assertThat(notes).containsAll(table.keySet());
    }
  }

  private static FamilyModel model(JsonNode variant) {
    return Families.read(new ConfigReader("c", variant.path("config").deepCopy()));
  }

  private static void compare(
      String at, JsonNode written, JsonNode expected, List<String> different) {
    if (written.isObject() && expected.isObject()) {
      List<String> keys = keys(written);
      if (!keys.equals(keys(expected))) {
        different.add(at + " " + keys + " instead of " + keys(expected));
      }
      for (String key : keys) {
        compare(at + "/" + key, written.path(key), expected.path(key), different);
      }
    } else if (!written.toString().equals(expected.toString())) {
      different.add("%s: %s instead of %s".formatted(at, written, expected));
    }
  }

  private static List<String> keys(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  static Stream<Arguments> written() throws IOException {
    return named(variants().stream().filter(each -> !each.has("error")));
  }

  static Stream<Arguments> refused() throws IOException {
    return named(variants().stream().filter(each -> each.has("error")));
  }

  private static Stream<Arguments> named(Stream<ObjectNode> variants) {
    return variants.map(each -> Arguments.of(Named.of(each.path("note").asText(), each)));
  }

  private static List<ObjectNode> variants() throws IOException {
    List<ObjectNode> variants = new ArrayList<>();
    try (InputStream json =
        new GZIPInputStream(
            ConfigVariantsTest.class.getResourceAsStream(
                "/io/github/nonplus/goldens/mlc/config-variants.json.gz"))) {
      new ObjectMapper().readTree(json).forEach(each -> variants.add((ObjectNode) each));
    }
    return variants;
  }
}
