package io.github.nonplus.reference.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.reference.Precision;
import io.github.nonplus.reference.ReferenceModel;
import io.github.nonplus.reference.Variant;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tiny checkpoints of every variant of a Llama, token by token, in float64. The goldens are those
/// of a third implementation in float64, which agrees with transformers; what is left is the
/// rounding of two float64 computations: 1e-12 is a thousand times as much.
class FixturesTest {
  private static final Path FIXTURES =
      Path.of("src/test/resources/io/github/nonplus/fixtures/architectures");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "llama-bias",
        "llama-dynamic-rope",
        "llama-linear-rope",
        "llama-llama3rope",
        "llama-tied-sharded",
        "llama-yarn"
      })
  void everyTokenIsThatOfFloat64(String name) throws IOException {
    Path directory = FIXTURES.resolve(name);
    JsonNode golden = new ObjectMapper().readTree(directory.resolve("golden.json").toFile());
    try (ReferenceModel model =
        TorchLlama.load(directory, Variant.of(Precision.FLOAT64), 1, _ -> {})) {
      for (JsonNode window : golden.get("windows")) {
        double[] losses = model.score(ids(window.get("ids")));
        for (int i = 0; i < losses.length; i++) {
          assertThat(losses[i])
              .as("%s: token %d of %s", name, i + 1, window.get("ids"))
              .isCloseTo(window.get("nll").get(i).asDouble(), within(1e-12));
        }
      }
    }
  }

  private static int[] ids(JsonNode list) {
    int[] ids = new int[list.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = list.get(i).asInt();
    }
    return ids;
  }
}
