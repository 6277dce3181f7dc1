package io.github.nonplus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Keys of published configurations that a Llama does not compute with.
class HarmlessKeysTest {
  private static final String PLAIN =
      """
      {"model_type": "llama", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2,
       "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 128,
       "max_position_embeddings": 256}""";

  /// The shape of HuggingFaceTB/SmolLM2-135M as its configuration is printed in public.
  private static final String SMOLLM2 =
      """
      {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
       "bos_token_id": 0, "eos_token_id": 0, "hidden_act": "silu", "hidden_size": 576,
       "initializer_range": 0.041666666666666664, "intermediate_size": 1536,
       "is_llama_config": true, "max_position_embeddings": 8192, "model_type": "llama",
       "num_attention_heads": 9, "num_hidden_layers": 30, "num_key_value_heads": 3,
       "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_interleaved": false,
       "rope_scaling": null, "rope_theta": 100000, "tie_word_embeddings": true,
       "torch_dtype": "bfloat16", "transformers_version": "4.40.1", "use_cache": true,
       "vocab_size": 49152}""";

  static List<HarmlessKeys.Line> lines() {
    return HarmlessKeys.lines().stream()
        .filter(line -> line.families().contains("*") || line.families().contains("llama"))
        .toList();
  }

  private static ObjectNode plain() {
    try {
      return (ObjectNode) new ObjectMapper().readTree(PLAIN);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static FamilyModel read(ObjectNode config) {
    return Families.read(new ConfigReader("c", config));
  }

  private static FamilyModel with(String key, String value) throws IOException {
    ObjectNode config = plain();
    config.set(key, new ObjectMapper().readTree(value));
    return read(config);
  }

  @ParameterizedTest
  @MethodSource("lines")
  void aKeyOfTheTableChangesNoFact(HarmlessKeys.Line line) throws IOException {
    if (line.values().isEmpty()) {
      for (String value : List.of("7", "true", "\"x\"", "{\"0\": \"LABEL_0\"}", "null")) {
        if (!line.key().equals("model_type")) {
          assertThat(with(line.key(), value).facts()).isEqualTo(read(plain()).facts());
        }
      }
    }
    for (var value : line.values()) {
      assertThat(with(line.key(), value.toString()).facts()).isEqualTo(read(plain()).facts());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rope_interleaved, true, only false is implemented",
    "is_llama_config, false, only true is implemented",
    "qk_layernorm, true, only false is implemented",
    "logits_scaling, 8.0, only 1 is implemented",
    "activation, '\"geglu\"', only \"swiglu\" is implemented",
    "hidden_activation, '\"gelu\"', only \"silu\" or \"swish\" is implemented",
  })
  void aKeyThatIsHarmlessAtOneValueIsRefusedAtOthers(String key, String value, String sentence) {
    assertThatThrownBy(() -> with(key, value))
        .isInstanceOf(ModelException.class)
        .hasMessage("c: %s is %s, and %s", key, value, sentence);
  }

  @Test
  void aNumberIsTheSameHoweverItIsWritten() throws IOException {
    assertThat(with("logits_scaling", "1.0").facts()).isEqualTo(read(plain()).facts());
  }

  @Test
  void thePublishedConfigurationOfSmolLm2IsRead() throws IOException {
    ObjectNode config = (ObjectNode) new ObjectMapper().readTree(SMOLLM2);
    assertThat(read(config).facts())
        .containsEntry("rotation", "DefaultRotation[base=100000.0]")
        .containsEntry("tie_word_embeddings", "true");
  }

  @Test
  void swishIsAnotherNameOfSilu() throws IOException {
    assertThat(with("hidden_act", "\"swish\"").facts()).isEqualTo(read(plain()).facts());
  }

  @ParameterizedTest
  @CsvSource({"quantization_config", "compression_config", "quantization"})
  void aQuantizationThatNobodyReadIsRefusedUnlessTheKeySaysNothing(String key) throws IOException {
    assertThat(with(key, "{}").facts()).isEqualTo(read(plain()).facts());
    assertThatThrownBy(() -> with(key, "{\"bits\": 4}"))
        .hasMessageStartingWith("c: the key '%s' ({\"bits\":4}) is not known here", key);
  }

  @Test
  void theTableIsSortedAndNamesItsSources() throws IOException {
    Map<String, Long> keys =
        lines().stream()
            .collect(Collectors.groupingBy(HarmlessKeys.Line::key, Collectors.counting()));
    assertThat(keys.values()).containsOnly(1L);
    assertThat(lines()).extracting(HarmlessKeys.Line::key).isSorted();
    try (var table = HarmlessKeys.class.getResourceAsStream("harmless-keys.txt")) {
      String text = new String(table.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(lines())
          .allSatisfy(line -> assertThat(text).contains("\n# " + line.source() + " "));
    }
  }
}
