package io.github.nonplus.model.mlc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Interpretations;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What MLC LLM computes otherwise is named, and nothing else is.
class DifferencesTest {
  private static FamilyModel model(String type, String... more) throws IOException {
    ObjectNode config =
        (ObjectNode)
            new ObjectMapper()
                .readTree(
                    """
                    {"hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 2,
                     "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 128,
                     "max_position_embeddings": 64, "head_dim": 16}
                    """);
    config.put("model_type", type);
    for (String each : more) {
      config.setAll((ObjectNode) new ObjectMapper().readTree("{" + each + "}"));
    }
    return Families.read(new ConfigReader("config.json", config));
  }

  private static List<String> differences(FamilyModel model) {
    MlcForm form = MlcForms.named(model.modelType(), "");
    return form.differences(form.stored(model)).stream()
        .map(each -> each.name() + ": " + each.words() + ", " + each.evidence().words())
        .toList();
  }

  @Test
  void whatMlcComputesAlikeHasNone() throws IOException {
    assertThat(differences(model("qwen3"))).isEmpty();
    assertThat(differences(model("mistral", "\"sliding_window\": null"))).isEmpty();
    assertThat(differences(model("gemma"))).isEmpty();
    assertThat(differences(model("olmo2"))).isEmpty();
  }

  @Test
  void everythingThatGemma2DoesOtherwiseIsNamed() throws IOException {
    assertThat(
            differences(
                model(
                    "gemma2",
                    "\"attn_logit_softcapping\": 50.0, \"query_pre_attn_scalar\": 24",
                    "\"sliding_window\": 16")))
        .containsExactly(
            "attn_logit_softcapping: does not cap the scores of attention, executed",
            "query_pre_attn_scalar: scales scores by the size of a head, whatever"
                + " query_pre_attn_scalar says, executed",
            "sliding_window: ignores sliding_window, which is 16, executed");
  }

  @Test
  void whatChangesNothingOfAModelIsNoDifferenceOfIt() throws IOException {
    assertThat(
            differences(
                model(
                    "gemma2",
                    "\"attn_logit_softcapping\": null, \"query_pre_attn_scalar\": 16",
                    "\"sliding_window\": 16, \"layer_types\": [\"full_attention\","
                        + " \"full_attention\"]")))
        .isEmpty();
  }

  @Test
  void windowOfMistralSlidesByCalls() throws IOException {
    FamilyModel model = model("mistral", "\"sliding_window\": 16");
    assertThat(differences(model))
        .containsExactly(
            "sliding_window: slides its window of 16 tokens a call of 16 at a time: a token sees"
                + " all before it up to the 32th, and then those of its call, the 12 before it, and"
                + " the first 4 as near as they are in the cache, executed");
    assertThat(
            MlcInterpretations.ofConverted(MlcForms.named("mistral", ""), model, "").own().limit())
        .hasValue(32);
  }

  @Test
  void logitsOfCohereAreNotScaled() throws IOException {
    assertThat(differences(model("cohere", "\"logit_scale\": 0.5")))
        .containsExactly(
            "rotation: turns heads by halves, and not in neighbours, executed",
            "logit_scale: ignores logit_scale, which is 0.5, executed");
  }

  @Test
  void aConfigurationThatSaysOtherwiseIsADifference() throws IOException {
    FamilyModel published = model("llama", "\"rope_parameters\": {\"rope_theta\": 50000.0}");
    FamilyModel chat = MlcFacts.readBack(model("llama"));
    Interpretations all =
        MlcInterpretations.of(MlcForms.named("llama", ""), chat, Optional.of(published), "here");
    assertThat(all.names()).containsExactly("mlc", "source", "source+configuration");
    assertThat(all.differences().getFirst().words())
        .isEqualTo(
            "has another configuration: rotation is DefaultRotation[base=10000.0] and not"
                + " DefaultRotation[base=50000.0]");
    assertThat(Differences.isSame(all.find(Optional.of("source"), "").model(), published)).isTrue();
    assertThat(Differences.isSame(all.find(Optional.of("source+configuration"), "").model(), chat))
        .isTrue();
  }

  @Test
  void theConfigurationOfAnotherModelIsRefused() throws IOException {
    FamilyModel chat = MlcFacts.readBack(model("llama"));
    assertThatThrownBy(
            () ->
                MlcInterpretations.of(
                    MlcForms.named("llama", ""),
                    chat,
                    Optional.of(model("llama", "\"vocab_size\": 127")),
                    "here"))
        .hasMessage(
            "here: config.json is of another model: a llama whose 'model.embed_tokens.weight' has"
                + " the shape [127, 64], and here it is [128, 64]; give the one that was converted");
  }

  @Test
  void aFactThatOnlyTheSourceSaysIsAskedFor() throws IOException {
    FamilyModel published = model("cohere", "\"logit_scale\": 0.5");
    FamilyModel chat = MlcFacts.readBack(published);
    MlcForm form = MlcForms.named("cohere", "");
    assertThatThrownBy(
            () ->
                MlcInterpretations.of(form, chat, Optional.empty(), "here")
                    .find(Optional.of("source"), "here"))
        .isInstanceOf(RequestException.class)
        .hasMessage(
            "here: mlc-chat-config.json does not say logit_scale and use_qk_norm of the published"
                + " model; give the folder with its config.json with --config");
    Interpretations all = MlcInterpretations.of(form, chat, Optional.of(published), "here");
    assertThat(all.find(Optional.of("source"), "here").model().facts())
        .containsEntry("logit_scale", "0.5");
  }
}
