package io.github.nonplus.weights.mlc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.quantization.Rounding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every byte that MLC's converter writes, for every scheme: shards, both index files, chat
/// configuration.
class MlcConversionGoldenTest {
  @TempDir Path directory;

  static Stream<String> schemes() {
    return Quantization.computed().stream();
  }

  private Path convert(LlamaParameters model, MlcConversion.Options options) {
    boolean tiny = model.equals(LlamaParameters.TINY);
    Path source = tiny ? Goldens.path("tiny-hf") : LlamaParameters.NOVELLA_DIRECTORY;
    Path output = directory.resolve("converted");
    var result =
        MlcConversion.convert(
            source, model.list(), model.chatConfig(), options, output, (_, _, _) -> {});
    assertThat(result.warnings())
        .allMatch(
            warning ->
                warning.contains(" were rounded")
                    || (tiny && warning.contains("infinite in e5m2_e5m2_f16")));
    return output;
  }

  private static void assertEqualsMlc(Path output, JsonNode files) throws IOException {
    for (Map.Entry<String, JsonNode> expected : files.properties()) {
      Path file = output.resolve(expected.getKey());
      if (expected.getValue().has("gzip_base64")) {
        assertThat(file).hasContent(Goldens.text(expected.getValue()));
      }
      JsonNode sha256 = expected.getValue();
      assertThat(Goldens.sha256(file))
          .as(expected.getKey())
          .isEqualTo((sha256.isTextual() ? sha256 : sha256.get("sha256")).textValue());
    }
    try (Stream<Path> written = Files.list(output)) {
      assertThat(
              written
                  .map(file -> file.getFileName().toString())
                  .filter(name -> name.endsWith(".bin") || name.contains("cache")))
          .containsExactlyInAnyOrderElementsOf(
              files.properties().stream().map(Map.Entry::getKey).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void tinyModelEqualsMlc(String scheme) throws IOException {
    Path output =
        convert(LlamaParameters.TINY, MlcConversion.Options.upstream(Quantization.named(scheme)));
    assertEqualsMlc(output, Goldens.json("tiny.%s.json".formatted(scheme)).get("files"));
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void novellaEqualsMlc(String scheme) throws IOException {
    Path output =
        convert(
            LlamaParameters.NOVELLA, MlcConversion.Options.upstream(Quantization.named(scheme)));
    assertEqualsMlc(output, Goldens.json("novella-6m.%s.json".formatted(scheme)).get("files"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"q3f16_0", "q3f16_1", "q4f16_0", "q4f16_1", "q4f16_2", "q4f32_1"})
  void roundingTiesAwayEqualsMlcWithThatRounding(String scheme) throws IOException {
    var options =
        new MlcConversion.Options(Quantization.named(scheme), Rounding.TIES_AWAY, Dialect.UPSTREAM);
    JsonNode expected = Goldens.json("ties-away.json").get("sha256");
    assertEqualsMlc(
        convert(LlamaParameters.NOVELLA, options),
        expected.get("novella-6m").get(scheme).get("files"));
    assertEqualsMlc(
        convert(LlamaParameters.TINY, options), expected.get("tiny").get(scheme).get("files"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"q3f16_1", "q4f16_0", "q4f16_1", "q4f32_1"})
  void tinyChatConfigurationEqualsMlc(String scheme) throws IOException {
    Path output =
        convert(LlamaParameters.TINY, MlcConversion.Options.upstream(Quantization.named(scheme)));
    assertThat(output.resolve("mlc-chat-config.json"))
        .hasSameBinaryContentAs(Goldens.path("tiny-%s/mlc-chat-config.json".formatted(scheme)));
    for (String file : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
      assertThat(output.resolve(file)).hasSameBinaryContentAs(Goldens.path("tiny-hf/" + file));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = "q4f16_0")
  void novellaChatConfigurationEqualsMlc(String scheme) throws IOException {
    Path output =
        convert(
            LlamaParameters.NOVELLA, MlcConversion.Options.upstream(Quantization.named(scheme)));
    assertThat(output.resolve("mlc-chat-config.json"))
        .hasSameBinaryContentAs(Goldens.path("novella-6m.q4f16_0.mlc-chat-config.json"));
  }

  @ParameterizedTest
  @ValueSource(strings = "q4f32_1")
  void theForkDiffersInTheNameOfTheIndexAndInFourKeys(String scheme) throws IOException {
    Quantization quantization = Quantization.named(scheme);
    Path upstream = convert(LlamaParameters.TINY, MlcConversion.Options.upstream(quantization));
    String chat = Files.readString(upstream.resolve("mlc-chat-config.json"));
    byte[] index = Files.readAllBytes(upstream.resolve("tensor-cache.json"));
    Path fork =
        convert(
            LlamaParameters.TINY,
            new MlcConversion.Options(quantization, Rounding.TIES_TO_EVEN, Dialect.QUALCOMM));
    assertThat(fork.resolve("ndarray-cache.json")).hasBinaryContent(index);
    assertThat(fork.resolve("ndarray-cache-b16.json")).exists();
    assertThat(fork.resolve("tensor-cache.json")).doesNotExist();
    assertThat(fork.resolve("mlc-chat-config.json"))
        .hasContent(
            chat.replace("  \"active_vocab_size\": 96,\n", "")
                .replace("    \"strip_reasoning_in_history\": false,\n", "")
                .replace(",\n  \"model_task\": \"chat\",\n  \"embedding_metadata\": null", ""));
  }
}
