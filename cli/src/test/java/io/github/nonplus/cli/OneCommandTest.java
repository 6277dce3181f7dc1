package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.corpus.ShippedText;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `perplexity` and `divergence`: in one go what the four steps do.
class OneCommandTest {
  private static final Path NOVELLA = Path.of("../examples/novella-6m");
  private static final Path RECORDED =
      Path.of("../core/src/test/resources/io/github/nonplus/goldens/divergence/novella-6m.kld");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    String excerpt = Files.readString(Path.of("../examples/hound-excerpt.txt"));
    text = Files.writeString(directory.resolve("text"), excerpt.substring(0, 1500));
  }

  private static CommandRun run(Object... arguments) {
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private Path windows(String protocol) {
    Path windows = directory.resolve("windows");
    run(
        "preprocess-input",
        "--model-path",
        NOVELLA,
        "--input",
        text,
        "--protocol",
        protocol,
        "--window=128",
        "--destination",
        windows);
    return windows;
  }

  /// Without what no two runs share: where the windows lie, when and how fast they ran.
  private static JsonNode lasting(Path record) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(record.toFile());
    ((ObjectNode) json.get("corpus")).remove("windows_file");
    ((ObjectNode) json.get("execution"))
        .remove(List.of("started", "seconds", "tokens_per_second", "peak_memory_bytes"));
    return json;
  }

  @Test
  void oneCommandWritesTheRecordOfTheFourSteps() throws IOException {
    for (String protocol : List.of("qualcomm-mlc", "llamacpp")) {
      Path four = directory.resolve("four.record");
      Path one = directory.resolve("one.record");
      run(
          "calculate-perplexity",
          "--model",
          NOVELLA,
          "--input-path",
          windows(protocol),
          "--record",
          four);
      CommandRun run =
          run(
              "perplexity",
              NOVELLA,
              "--text",
              text,
              "--protocol",
              protocol,
              "--window=128",
              "--record",
              one);
      assertThat(lasting(one)).isEqualTo(lasting(four));
      assertThat(run.out())
          .startsWith("Protocol: " + protocol)
          .contains("\nTokens:   ", "\nSHA-256:  ", "\n[1/", "\nPerplexity ");
      assertThat(run.err()).contains("Device: cpu, the default\n");
    }
  }

  @Test
  void windowsThatWereMadeAreTakenAgainUnlessTheyAreDamaged() throws IOException {
    Files.writeString(text, Files.readString(text) + directory); // unlike any earlier test's
    CommandRun first = run("perplexity", NOVELLA, "--text", text, "--window=128");
    String file = first.out().replaceAll("(?s).*\nWritten:  (\\S+) and.*", "$1");
    byte[] windows = Files.readAllBytes(Path.of(file));
    CommandRun second = run("perplexity", NOVELLA, "--text", text, "--window=128");
    assertThat(second.out()).contains("\nMade before: " + file + "\n");
    Files.writeString(Path.of(file), "1 2 3\n");
    CommandRun third = run("perplexity", NOVELLA, "--text", text, "--window=128");
    assertThat(third.out()).contains("\nWritten:  " + file);
    assertThat(Path.of(file)).hasBinaryContent(windows);
    assertThat(run("perplexity", NOVELLA, "--text", text, "--window=129").out())
        .doesNotContain(file);
  }

  @Test
  void withoutATextTheShippedOneIsTakenWhichIsSaid() throws IOException {
    Path shipped = directory.resolve("examples/hound-of-the-baskervilles.txt");
    Files.createDirectory(shipped.getParent());
    Files.copy(text, shipped);
    String before = System.getProperty(ShippedText.HOME);
    System.setProperty(ShippedText.HOME, directory.toString());
    try {
      CommandRun run = run("perplexity", NOVELLA, "--window=128", "--json");
      assertThat(run.err())
          .contains("No --text is given: taking %s, which comes".formatted(shipped));
      assertThat(JSON.readTree(run.out()).at("/corpus/text").asText())
          .isEqualTo(shipped.toString().replace(File.separatorChar, '/'));
      Files.delete(shipped);
      Refusal.of(directory, "perplexity", NOVELLA)
          .mentions("not where it belongs, " + shipped, "give a text");
    } finally {
      if (before == null) {
        System.clearProperty(ShippedText.HOME);
      } else {
        System.setProperty(ShippedText.HOME, before);
      }
    }
  }

  @Test
  void divergenceIsThatOfTheFourSteps() throws IOException {
    Path weights = directory.resolve("q4");
    run("convert-weight", NOVELLA, "--quantization=q4f16_0", "--output", weights);
    JsonNode four =
        JSON.readTree(
            run(
                    "calculate-perplexity",
                    "--model",
                    weights,
                    "--reference",
                    NOVELLA,
                    "--input-path",
                    windows("qualcomm-mlc"),
                    "--json")
                .out());
    CommandRun one =
        run(
            "divergence",
            weights,
            "--reference",
            NOVELLA,
            "--text",
            text,
            "--window=128",
            "--json");
    assertThat(JSON.readTree(one.out()).get("divergence")).isEqualTo(four.get("divergence"));
  }

  @Test
  void recordedReferencesBringTheirOwnWindows() {
    assertThat(run("divergence", NOVELLA, "--reference", RECORDED).out())
        .contains("KL divergence of the candidate from the reference ")
        .doesNotContain("Protocol:");
    Refusal.ofRequest(directory, "divergence", NOVELLA, "--reference", RECORDED, "--text", text)
        .mentions("--text says nothing here: ", "holds its own windows");
  }

  @Test
  void divergenceNeedsAReference() {
    Refusal.ofRequest(directory, "divergence", NOVELLA)
        .says("Missing required option: '--reference=MODEL'");
  }
}
