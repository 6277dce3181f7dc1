package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.protocol.Protocols;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A result in which one number was changed is refused, whichever it is: in a record any, in a
/// result without scores those that the others give.
class ForgedResultTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  /// Windows of a protocol, in the form that preprocess-input gives them.
  private Path windows(String protocol) throws IOException {
    String document = "#document {\"name\": \"%s\", \"words\": %d, \"bytes\": %d}\n";
    return Files.writeString(
        directory.resolve("windows"),
        header(protocol)
            + document.formatted("one", 7, 30)
            + "2:1 2 3\n3:1 2 3 4\n"
            + document.formatted("two", 3, 20)
            + "1:5 6\n4:9 8 7 6 5\n");
  }

  /// The first line of windows of a protocol.
  static String header(String protocol) {
    return ("#nonplus-windows {\"version\": 1, \"protocol\": \"%s\", \"window\": 8, \"stride\": 8,"
            + " \"last_id_is_fed\": %s}\n")
        .formatted(protocol, Protocols.named(protocol).lastFed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "qualcomm-mlc",
        "lm-eval-wikitext",
        "autogptq",
        "hf-evaluate",
        "hf-stride",
        "llamacpp"
      })
  void everyNumberOfARecordIsThatOfItsScores(String protocol) throws IOException {
    Path record = directory.resolve("record");
    CommandRun run =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            TinyModel.original("llama"),
            "--device=cpu",
            "--kernels=scalar",
            "--input-path",
            windows(protocol),
            "--record",
            record,
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(CommandRun.of("verify", record).code()).isZero();
    ObjectNode whole = (ObjectNode) JSON.readTree(record.toFile());
    List<String> numbers = numbers(whole);
    assertThat(numbers).contains("/perplexity", "/standard_error_nll", "/documents/1/mean_nll");
    for (String number : numbers) {
      assertForged(whole, number, "1.0");
      assertForged(whole, number, whole.at(number).asText() + "1");
    }

    ObjectNode plain = (ObjectNode) JSON.readTree(run.out());
    for (String number :
        List.of("/perplexity", "/mean_nll", "/standard_error", "/documents/0/perplexity")) {
      assertForged(plain, number, "1.0");
    }
  }

  /// Where the numbers are that follow from scores.
  private static List<String> numbers(JsonNode record) {
    List<String> numbers =
        new ArrayList<>(
            List.of(
                "/perplexity",
                "/mean_nll",
                "/standard_error",
                "/standard_error_nll",
                "/windows",
                "/tokens_scored",
                "/windows_scored/0/nll/0",
                "/windows_scored/3/nll/1"));
    record.get("figures").fieldNames().forEachRemaining(name -> numbers.add("/figures/" + name));
    for (int d = 0; d < record.get("documents").size(); d++) {
      for (String name : List.of("windows", "tokens_scored", "mean_nll", "perplexity")) {
        numbers.add("/documents/%d/%s".formatted(d, name));
      }
    }
    return numbers;
  }

  private void assertForged(ObjectNode whole, String number, String value) throws IOException {
    ObjectNode forged = whole.deepCopy();
    String parent = number.substring(0, number.lastIndexOf('/'));
    String name = number.substring(number.lastIndexOf('/') + 1);
    JsonNode changed = JSON.readTree(value);
    if (changed.equals(forged.at(number)) || changed.asDouble() == forged.at(number).asDouble()) {
      return;
    }
    if (forged.at(parent) instanceof ObjectNode object) {
      object.set(name, changed);
    } else {
      ((ArrayNode) forged.at(parent)).set(Integer.parseInt(name), changed);
    }
    Path file = Files.writeString(directory.resolve("forged"), forged.toString());
    CommandRun run = CommandRun.of("verify", file);
    if (Math.abs(changed.asDouble() - whole.at(number).asDouble()) > 1e-6) {
      assertThat(run.code()).as("%s = %s", number, value).isEqualTo(1);
      assertThat(run.err()).startsWith("nonplus: " + file + " ");
    }
  }
}
