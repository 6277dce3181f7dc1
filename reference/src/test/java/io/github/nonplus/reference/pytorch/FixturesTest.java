package io.github.nonplus.reference.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.perplexity.Fixture;
import io.github.nonplus.reference.Precision;
import io.github.nonplus.reference.ReferenceModel;
import io.github.nonplus.reference.Scoring;
import io.github.nonplus.reference.Variant;
import io.github.nonplus.reference.family.Families;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Tiny checkpoints of every family, token by token, in float64. The goldens are those of a third
/// implementation in float64, which agrees with transformers; what is left is the rounding of two
/// float64 computations: 1e-12 is a hundred times as much.
class FixturesTest {
  static List<String> names() throws IOException {
    return Fixture.names();
  }

  /// Families that are not implemented here are refused by name, and the others exact.
  @ParameterizedTest
  @MethodSource("names")
  void everyTokenIsThatOfFloat64(String name) throws IOException {
    Fixture fixture = Fixture.named(name);
    String family = family(fixture);
    if (!Families.ALL.containsKey(family)) {
      assertThatThrownBy(() -> load(fixture, Precision.FLOAT64))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("model_type '" + family + "' is not implemented in the engine");
      return;
    }
    try (ReferenceModel model = load(fixture, Precision.FLOAT64)) {
      int[][] windows = fixture.windows();
      List<double[]> together = model.score(Arrays.stream(windows).map(Scoring::whole).toList());
      for (int w = 0; w < windows.length; w++) {
        double[] alone = model.score(windows[w]);
        for (int i = 0; i < alone.length; i++) {
          assertThat(alone[i])
              .as("%s: token %d of window %d", name, i + 1, w)
              .isCloseTo(fixture.nll(w, i), within(1e-12));
          assertThat(together.get(w)[i]).isCloseTo(alone[i], within(1e-12));
        }
      }
    }
  }

  /// Four bits quantize what is fused as it is stored; bfloat16 has arrays that know no type.
  @ParameterizedTest
  @MethodSource("names")
  void everyPrecisionIsComputed(String name) throws IOException {
    Fixture fixture = Fixture.named(name);
    if (!Families.ALL.containsKey(family(fixture))) {
      return;
    }
    int[] window = fixture.windows()[1];
    double exact = 0;
    for (Precision precision : Precision.values()) {
      try (ReferenceModel model = load(fixture, precision)) {
        double mean = Arrays.stream(model.score(window)).average().orElseThrow();
        exact = precision == Precision.FLOAT32 ? mean : exact;
        // Logits of random weights are about 2; four bits keep one part in eight of a weight.
        double tolerance = precision.isFourBit() ? 2 : precision == Precision.BFLOAT16 ? 0.2 : 1e-5;
        assertThat(mean).as("%s in %s", name, precision).isCloseTo(exact, within(tolerance));
      }
    }
  }

  @Test
  void theFamiliesThatAreQuantizedMostAreHere() {
    assertThat(Families.ALL.keySet())
        .contains("llama", "qwen2", "qwen3", "mistral", "gemma", "gemma2", "gemma3_text")
        .contains("phi3", "glm4", "granite", "olmo2", "smollm3", "cohere");
  }

  @Test
  void theFamiliesStandOnTheirPage() throws IOException {
    String page = Files.readString(Path.of("../docs/pytorch.md"));
    assertThat(Families.ALL.keySet())
        .allSatisfy(family -> assertThat(page).contains("`" + family + "`"));
  }

  private static String family(Fixture fixture) throws IOException {
    return new ObjectMapper()
        .readTree(fixture.model().resolve("config.json").toFile())
        .get("model_type")
        .asText();
  }

  private static ReferenceModel load(Fixture fixture, Precision precision) {
    return TorchModel.load(fixture.model(), Variant.of(precision), 1, _ -> {});
  }
}
