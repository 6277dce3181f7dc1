package io.github.nonplus.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.mlc.MlcFacts;
import io.github.nonplus.model.mlc.MlcForms;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a Llama's config.json says, in both layouts, and what is refused.
class LlamaConfigTest {
  private static final String PLAIN =
      """
      {"model_type": "llama", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2,
       "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 128,
       "max_position_embeddings": 256, "rms_norm_eps": 1e-05}""";

  private static FamilyModel read(String... keysAndValues) {
    ObjectNode json = parse(PLAIN);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      json.set(keysAndValues[i], parse("{\"v\": " + keysAndValues[i + 1] + "}").get("v"));
    }
    return Families.read(new ConfigReader("config.json", json));
  }

  private static ObjectNode written(FamilyModel model) {
    return MlcForms.named("llama", "m").modelConfig(model);
  }

  private static List<String> differences(FamilyModel model) {
    return MlcForms.named("llama", "m").differences(model).stream()
        .map(each -> each.name() + " " + each.words())
        .toList();
  }

  private static ObjectNode parse(String json) {
    try {
      return (ObjectNode) new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void assertRefused(String sentence, String... keysAndValues) {
    assertThatThrownBy(() -> read(keysAndValues))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining(sentence);
  }

  @Test
  void absentKeysMeanWhatTransformersTakesThemFor() {
    assertThat(read().facts())
        .containsEntry("head_dim", "16")
        .containsEntry("rotation", "DefaultRotation[base=10000.0]")
        .containsEntry("attention_bias", "false")
        .containsEntry("tie_word_embeddings", "false");
    assertThat(read("num_key_value_heads", "null").facts())
        .containsEntry("num_key_value_heads", "4");
    assertThat(read("rms_norm_eps", "null").facts()).containsEntry("rms_norm_eps", "1.0E-6");
  }

  @Test
  void theNewerLayoutOfTheRotationMeansTheSameAsTheOlder() {
    FamilyModel older =
        read(
            "rope_theta", "500000.0",
            "rope_scaling", "{\"type\": \"linear\", \"factor\": 4.0}");
    FamilyModel newer =
        read(
            "rope_parameters",
            "{\"rope_theta\": 500000.0, \"rope_type\": \"linear\", \"factor\": 4.0}");
    assertThat(newer.facts()).isEqualTo(older.facts());
    assertThat(written(newer)).isEqualTo(written(older));
  }

  @Test
  void theBaseInsideTheDictionaryWinsOverTheOneOutside() {
    assertThat(read("rope_theta", "1", "rope_parameters", "{\"rope_theta\": 2}").facts())
        .containsEntry("rotation", "DefaultRotation[base=2.0]");
  }

  @Test
  void theBaseInsideRopeScalingIsTheOneThatIsComputedAndTheOneThatMlcIsTold() {
    for (String type : new String[] {"\"linear\", \"factor\": 2.0", "\"default\""}) {
      FamilyModel model =
          read(
              "rope_theta",
              "10000.0",
              "rope_scaling",
              "{\"rope_type\": %s, \"rope_theta\": 500000.0}".formatted(type));
      assertThat(model.facts().get("rotation")).contains("base=500000.0");
      assertThat(written(model).get("position_embedding_base")).hasToString("500000.0");
      assertThat(MlcFacts.lost(model)).isEmpty();
    }
  }

  @Test
  void anEmptyObjectIsNone() {
    String llama3 =
        """
        {"rope_theta": 500000.0, "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
         "high_freq_factor": 4.0, "original_max_position_embeddings": 64}""";
    for (String empty : new String[] {"{}", "null", "{\"type\": null}"}) {
      assertThat(read("rope_scaling", empty, "rope_parameters", llama3).facts())
          .isEqualTo(read("rope_parameters", llama3).facts());
      assertThat(read("rope_scaling", llama3, "rope_parameters", empty).facts())
          .isEqualTo(read("rope_parameters", llama3).facts());
    }
    assertThat(read("pruned_heads", "{}", "no_rope_layers", "[]").facts())
        .isEqualTo(read().facts());
  }

  @Test
  void settingsThatContradictEachOtherAreRefusedByName() {
    assertRefused(
        "rope_scaling {\"type\":\"linear\",\"factor\":2} and rope_parameters"
            + " {\"rope_theta\":500000.0,\"rope_type\":\"default\"} contradict each other",
        "rope_scaling",
        "{\"type\": \"linear\", \"factor\": 2}",
        "rope_parameters",
        "{\"rope_theta\": 500000.0, \"rope_type\": \"default\"}");
    assertRefused(
        "rope_type is 'default' and type 'linear'",
        "rope_scaling",
        "{\"type\": \"linear\", \"rope_type\": \"default\", \"factor\": 2}");
    assertRefused(
        "original_max_position_embeddings is 64 here and 128 outside",
        "original_max_position_embeddings",
        "128",
        "rope_scaling",
        "{\"type\": \"yarn\", \"factor\": 2, \"original_max_position_embeddings\": 64}");
    assertRefused(
        "original_max_position_embeddings is 64 and max_position_embeddings 256",
        "rope_scaling",
        "{\"type\": \"dynamic\", \"factor\": 2, \"original_max_position_embeddings\": 64}");
  }

  @Test
  void twoObjectsThatSayTheSameAreOne() {
    String linear = "{\"rope_type\": \"linear\", \"factor\": 2}";
    assertThat(read("rope_scaling", linear, "rope_parameters", linear).facts())
        .containsEntry("rotation", "LinearRotation[base=10000.0, factor=2.0]");
  }

  @Test
  void aWholeNumberWrittenAsAFractionIsOne() {
    assertThat(
            read(
                    "rope_scaling",
                    """
                    {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64.0,
                     "finetuned": true}""")
                .facts()
                .get("rotation"))
        .contains("originalPositions=64,");
    assertRefused(
        "original_max_position_embeddings is 64.5",
        "rope_scaling",
        "{\"type\": \"yarn\", \"factor\": 4.0, \"original_max_position_embeddings\": 64.5}");
  }

  @Test
  void aBaseInsideMlcsRopeScalingMustBeTheOneOutside() {
    ObjectNode mlc = written(read("rope_scaling", "{\"type\": \"linear\", \"factor\": 2}"));
    mlc.withObject("/rope_scaling").put("rope_theta", 500_000);
    assertThatThrownBy(() -> MlcForms.named("llama", "m").read(new ConfigReader("m", mlc)))
        .hasMessageContaining("position_embedding_base is 10000, but rope_theta in rope_scaling");
  }

  /// MLC's own Llama ignores `rope_parameters` and would write 10000, another model.
  @Test
  void aBaseInRopeParametersReachesMlcsConfiguration() {
    assertThat(
            written(
                    read(
                        "rope_parameters", "{\"rope_theta\": 50000.0, \"rope_type\": \"default\"}"))
                .get("position_embedding_base")
                .toString())
        .isEqualTo("50000.0");
  }

  @Test
  void theOrdinaryBaseIsWrittenAsMlcWritesIt() {
    assertThat(
            written(
                    read(
                        "rope_parameters", "{\"rope_theta\": 10000.0, \"rope_type\": \"default\"}"))
                .get("position_embedding_base")
                .toString())
        .isEqualTo("10000");
    assertThat(written(read("rope_theta", "10000.0")).get("position_embedding_base"))
        .hasToString("10000.0");
  }

  @Test
  void whatMlcIsToldReadsBackAsTheSameModel() {
    for (FamilyModel model :
        new FamilyModel[] {
          read(),
          read("attention_bias", "true", "mlp_bias", "true", "tie_word_embeddings", "true"),
          read("head_dim", "24", "rope_theta", "500000"),
          read("rope_scaling", "{\"type\": \"dynamic\", \"factor\": 2.0}"),
          read(
              "rope_scaling",
              """
              {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
               "high_freq_factor": 4.0, "original_max_position_embeddings": 64}"""),
          read(
              "rope_scaling",
              """
              {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32}"""),
        }) {
      FamilyModel again =
          MlcForms.named("llama", "mlc-chat-config.json")
              .read(new ConfigReader("mlc-chat-config.json", written(model)));
      assertThat(again.facts()).isEqualTo(model.facts());
    }
  }

  @Test
  void whatMlcItselfWouldGetWrongIsTold() {
    assertThat(differences(read())).isEmpty();
    assertThat(differences(read("attention_bias", "true")))
        .containsExactly("attention_bias ignores attention_bias, which is true");
    assertThat(MlcForms.named("llama", "m").refusal(read())).isEmpty();
    FamilyModel linear = read("rope_scaling", "{\"type\": \"linear\", \"factor\": 2}");
    assertThat(MlcForms.named("llama", "m").refusal(linear).orElseThrow())
        .contains("does not know the rope scaling");
  }

  @Test
  void anUnknownKeyIsRefusedByName() {
    assertRefused("the key 'attn_logit_softcapping' (50.0)", "attn_logit_softcapping", "50.0");
    assertRefused(
        "the key 'temperature' (2)",
        "rope_scaling",
        "{\"rope_type\": \"linear\", \"factor\": 2, \"temperature\": 2}");
  }

  @Test
  void anUnknownKeyThatIsNullChangesNothing() {
    assertThat(read("attn_logit_softcapping", "null").facts()).isEqualTo(read().facts());
  }

  @Test
  void whatIsNotImplementedIsRefusedByName() {
    assertRefused("hidden_act is 'mish'", "hidden_act", "\"mish\"");
    assertRefused("rope_type 'ntk'", "rope_scaling", "{\"type\": \"ntk\", \"factor\": 2}");
    assertRefused("partial_rotary_factor is 0.5", "partial_rotary_factor", "0.5");
    assertRefused("is not known here", "quantization_config", "{\"bits\": 4}");
    assertThatThrownBy(() -> Families.named("perceiver", "config.json"))
        .hasMessageStartingWith(
            "config.json: model_type 'perceiver' is not implemented; this build knows llama, ");
  }

  @Test
  void impossibleSizesAreRefused() {
    assertRefused("num_attention_heads 4 is no multiple of", "num_key_value_heads", "3");
    assertRefused("hidden_size 65 is no multiple of", "hidden_size", "65");
    assertRefused("odd", "head_dim", "15");
    assertRefused("hidden_size is -1", "hidden_size", "-1");
    assertRefused("hidden_size is 2147483648", "hidden_size", "2147483648");
    assertRefused("beyond any model", "vocab_size", "2147483647");
    assertRefused("rms_norm_eps is \"x\"", "rms_norm_eps", "\"x\"");
    assertRefused("num_hidden_layers is missing", "num_hidden_layers", "null");
    assertRefused("factor is missing", "rope_scaling", "{\"type\": \"linear\"}");
    assertRefused("factor is -2.0", "rope_scaling", "{\"type\": \"linear\", \"factor\": -2}");
  }
}
