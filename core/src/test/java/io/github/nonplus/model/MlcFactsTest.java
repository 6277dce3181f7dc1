package io.github.nonplus.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
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
    assertThat(MlcFacts.lost(said(config -> config.remove("attention_bias"))))
        .containsExactly(
            "mlc-chat-config.json cannot say that attention_bias is true; the converted weights will"
                + " be evaluated with false");
  }

  @Test
  void aConfigurationThatCannotBeReadBackIsTold() throws IOException {
    assertThat(MlcFacts.lost(said(config -> config.put("softcap", 30))))
        .singleElement()
        .asString()
        .contains("cannot be evaluated", "the key 'softcap' (30)");
  }

  private static Model biased() throws IOException {
    Path file = Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama-bias");
    ObjectNode json =
        (ObjectNode) new ObjectMapper().readTree(file.resolve("config.json").toFile());
    return Architecture.named("llama", "c").fromHuggingFace(new ConfigReader("c", json));
  }

  /// A model of which MLC's configuration says something else.
  private static Model said(Consumer<ObjectNode> change) throws IOException {
    Model model = biased();
    return (Model)
        Proxy.newProxyInstance(
            Model.class.getClassLoader(),
            new Class<?>[] {Model.class},
            (_, method, arguments) -> {
              try {
                Object result = method.invoke(model, arguments);
                if (method.getName().equals("mlcModelConfig")) {
                  change.accept((ObjectNode) result);
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
