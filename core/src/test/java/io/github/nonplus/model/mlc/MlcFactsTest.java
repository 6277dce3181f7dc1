package io.github.nonplus.model.mlc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Whatever MLC's configuration cannot say is named before it is lost.
class MlcFactsTest {
  @Test
  void nothingIsLostOfALlama() throws IOException {
    assertThat(MlcFacts.lost(biased())).isEmpty();
  }

  @Test
  void aFactThatReadsBackAsAnotherIsNamedWithBothValues() throws IOException {
    assertThat(lost(config -> config.remove("attention_bias")))
        .containsExactly(
            "mlc-chat-config.json cannot say that attention_bias is true; the converted weights will"
                + " be evaluated with false");
  }

  @Test
  void aConfigurationThatCannotBeReadBackIsTold() throws IOException {
    assertThat(lost(config -> config.put("softcap", 30)))
        .singleElement()
        .asString()
        .contains("cannot be evaluated", "the key 'softcap' (30)");
  }

  /// What is lost where MLC's configuration says something else.
  private static List<String> lost(Consumer<ObjectNode> change) throws IOException {
    FamilyModel model = biased();
    ObjectNode written = MlcForms.named("llama", "m").modelConfig(model);
    change.accept(written);
    return MlcFacts.lost(model, written);
  }

  private static FamilyModel biased() throws IOException {
    Path file = Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama-bias");
    ObjectNode json =
        (ObjectNode) new ObjectMapper().readTree(file.resolve("config.json").toFile());
    return Families.read(new ConfigReader("c", json));
  }
}
