package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.journal.JournalPlace;
import io.github.nonplus.journal.Shard;
import io.github.nonplus.model.interpretation.Wanted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The published model, of whose `config.json` a file is an extract, from the same weights: the
/// losses are those of transformers, also where llama.cpp's are others.
class GgufPublishedTest {
  @TempDir Path directory;

  static List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : GgufGolden.names()) {
      if (GgufGolden.named(name).golden().has("published")) {
        names.add(name);
      }
    }
    return names;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void everyTokenIsThatOfTransformers(String name) throws IOException {
    GgufGolden golden = GgufGolden.named(name);
    JsonNode published = golden.golden().get("published");
    Path config = Files.createDirectory(directory.resolve("published")).resolve("config.json");
    Files.writeString(config, published.get("config").toString());
    List<double[]> tokens = scores(golden, config.getParent());
    double worst = 0;
    for (int w = 0; w < tokens.size(); w++) {
      for (int i = 0; i < tokens.get(w).length; i++) {
        double expected = published.get("nll").get(w).get(i).asDouble();
        worst = Math.max(worst, Math.abs(tokens.get(w)[i] - expected));
      }
    }
    assertThat(worst).as(name).isCloseTo(0, within(GgufGolden.TOLERANCE));
  }

  private List<double[]> scores(GgufGolden golden, Path config) {
    Request request =
        new Request(
                golden.model(),
                Optional.empty(),
                Arrays.stream(golden.windows()).mapToInt(window -> window.length).max(),
                "cpu",
                DeviceOptions.defaults(),
                golden.write(directory),
                OptionalInt.empty(),
                OptionalInt.empty(),
                new JournalPlace.None(),
                Shard.WHOLE)
            .with(new Wanted(Optional.of("source"), Optional.of(config)));
    List<double[]> tokens = new ArrayList<>();
    PerplexityRun.of(
        request,
        new PerplexityRun.Listener() {
          @Override
          public void note(String sentence) {}

          @Override
          public void window(WindowScore score, Tally tally, int total) {
            tokens.add(score.tokenNll());
          }
        });
    return tokens;
  }
}
