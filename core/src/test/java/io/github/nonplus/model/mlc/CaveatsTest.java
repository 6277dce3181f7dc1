package io.github.nonplus.model.mlc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What MLC LLM computes otherwise is named, and nothing else is.
class CaveatsTest {
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

  private static List<String> caveats(FamilyModel model) {
    return MlcForms.named(model.modelType(), "").caveats(model);
  }

  @Test
  void whatMlcComputesAlikeHasNone() throws IOException {
    assertThat(caveats(model("qwen3"))).isEmpty();
    assertThat(caveats(model("mistral", "\"sliding_window\": null"))).isEmpty();
    assertThat(caveats(model("gemma"))).isEmpty();
    assertThat(caveats(model("olmo2"))).isEmpty();
  }

  @Test
  void everyIgnoredKeyOfGemma2IsNamed() throws IOException {
    assertThat(
            caveats(
                model(
                    "gemma2",
                    "\"attn_logit_softcapping\": 50.0, \"query_pre_attn_scalar\": 24",
                    "\"sliding_window\": 16")))
        .containsExactly(
            "MLC LLM's own Gemma 2 ignores attn_logit_softcapping, which is 50.0",
            "MLC LLM's own Gemma 2 ignores query_pre_attn_scalar: it scales scores by the size of"
                + " a head",
            "MLC LLM's own Gemma 2 ignores sliding_window, which is 16");
  }

  @Test
  void slidingWindowOfMistralIsNamed() throws IOException {
    assertThat(caveats(model("mistral", "\"sliding_window\": 16")))
        .containsExactly(
            "MLC LLM's own Mistral slides its window a call at a time: texts longer than 16 tokens"
                + " get other losses");
  }

  @Test
  void logitsOfCohereAreNotScaled() throws IOException {
    assertThat(caveats(model("cohere", "\"logit_scale\": 0.5")))
        .containsExactly(
            "MLC LLM's own Cohere turns heads by halves, and not in neighbours",
            "MLC LLM's own Cohere does not scale logits");
  }
}
