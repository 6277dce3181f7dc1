package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Whatever strangers' files and arguments hold, a terminal is not steered by it, and no line looks
/// like one of ours that is not.
class HostileTextTest {
  private static final Path NOVELLA = Path.of("../examples/novella-6m");

  /// Clears the screen, in seven bits and in eight; turns the direction of writing; pretends.
  private static final String HOSTILE =
      "x\u001b[2J\u009b2J\u202eevil\u2066\u200b\r\nnonplus: all is well\nNothing differs";

  private static final int LONGEST_LINE = 1300;

  @TempDir static Path shared;
  private static Path text;
  private static Path windows;
  private static Path record;

  @TempDir Path directory;

  @BeforeAll
  static void write() throws IOException {
    text = Files.writeString(shared.resolve("text"), "It was a dark and stormy night. ".repeat(20));
    windows = shared.resolve("windows");
    record = shared.resolve("record");
    succeeds(
        "preprocess-input", "--model-path", NOVELLA, "--input", text, "--destination", windows);
    succeeds(scoring("--record", record));
  }

  private static Object[] scoring(Object... more) {
    return CommandRun.joined(
        more, "calculate-perplexity", "--model", NOVELLA, "--input-path", windows);
  }

  private static CommandRun succeeds(Object... arguments) {
    CommandRun run = harmless(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  /// Runs a command, whether it succeeds or not.
  private static CommandRun harmless(Object... arguments) {
    CommandRun run = CommandRun.of(arguments);
    for (String printed : new String[] {run.out(), run.err()}) {
      assertThat(printed)
          .doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029&&[^\\n]]")
          .doesNotContain("this is a bug");
      assertThat(printed.lines())
          .noneMatch(line -> line.startsWith("nonplus: all is well"))
          .noneMatch(line -> line.startsWith("Nothing differs"))
          .allMatch(line -> line.length() <= LONGEST_LINE);
    }
    return run;
  }

  @Test
  void originsOfWindows() throws IOException {
    Path other = copy(windows, directory.resolve("windows"));
    Path origin = shared.resolve("windows.origin.json");
    TinyModel.edit(
        copy(origin, directory.resolve("windows.origin.json")), json -> json.put("text", HOSTILE));
    assertThat(succeeds("calculate-perplexity", "--model", NOVELLA, "--input-path", other).out())
        .contains("\\u001b[2J\\u009b2J\\u202eevil");
    harmless("inspect", other);
  }

  @Test
  void recordsOfResults() {
    Path other = directory.resolve("other");
    for (String place : new String[] {"text", "path", "device", "versions", "label"}) {
      TinyModel.edit(
          copy(record, other),
          json -> {
            switch (place) {
              case "text" -> object(json, "corpus").put("text", HOSTILE);
              case "path" ->
                  object(json, "model").put("path", HOSTILE).put("quantization", HOSTILE);
              case "device" ->
                  object(json, "execution").put("device", HOSTILE).put("kernels", HOSTILE);
              case "versions" -> object(json, "versions").put("nonplus", HOSTILE).put(HOSTILE, "1");
              default -> json.put("protocol", HOSTILE);
            }
          });
      harmless("verify", other);
      harmless("compare", record, other);
      harmless("inspect", other);
      harmless("report", record, other, "--output", directory.resolve("page"));
    }
  }

  private static ObjectNode object(ObjectNode json, String name) {
    return (ObjectNode) json.get(name);
  }

  private static Path copy(Path from, Path to) {
    try {
      return Files.write(to, Files.readAllBytes(from));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void configurationsAndTensors() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    Path weights = model.converted("q4f16_1");
    TinyModel.edit(
        weights.resolve("mlc-chat-config.json"), json -> json.put("quantization", HOSTILE));
    harmless("calculate-perplexity", "--model", weights, "--input-path", windows);
    harmless("inspect", weights);
    model.configure(json -> json.put(HOSTILE, 1));
    assertThat(harmless("convert-weight", model.path(), "--quantization=q0f16", "--output=x").err())
        .contains("\\u001b[2J");
    model.configure(json -> json.put("model_type", HOSTILE.repeat(1000)));
    harmless("inspect", model.path());
    harmless("perplexity", model.path(), "--text", text);
    TinyModel named = TinyModel.copy("llama", directory.resolve("named"));
    TensorFile tensors = named.tensors();
    tensors.copy("model.norm.weight", HOSTILE).remove("model.norm.weight").write();
    harmless("inspect", named.path());
    harmless("convert-weight", named.path(), "--quantization=q0f16", "--output=x");
  }

  @Test
  void tokensOfATokenizer() throws IOException {
    Path model = TinyModel.copy(NOVELLA, directory.resolve("model"));
    Path tokenizer = model.resolve("tokenizer.json");
    String json = Files.readString(tokenizer);
    Files.writeString(
        tokenizer, json.replace("<|endoftext|>", "\\u001b[2J\\u009b\\u202e\\nNothing differs"));
    harmless("inspect", model, "--tokenizer", "--windows", windows);
    harmless("perplexity", model, "--text", text);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "names hold no such characters there")
  void namesOfFiles() throws IOException {
    Path folder = Files.createDirectory(directory.resolve(HOSTILE.replace("/", "")));
    Path named = copy(text, folder.resolve("text"));
    Path model = TinyModel.copy(NOVELLA, folder.resolve("model"));
    assertThat(succeeds("perplexity", model, "--text", named).out()).contains("\\u001b[2J");
    succeeds("perplexity", model, "--text", named, "--json");
    harmless("inspect", folder);
    harmless("perplexity", folder, "--text", named);
    harmless("verify", folder.resolve("absent"));
  }

  @Test
  void arguments() {
    harmless(HOSTILE);
    harmless("help", HOSTILE);
    harmless("perplexity", NOVELLA, "--" + HOSTILE);
    for (String option : new String[] {"--device", "--protocol", "--kernels", "--threads"}) {
      harmless("perplexity", NOVELLA, "--text", text, option, HOSTILE);
    }
    harmless("perplexity", NOVELLA, "--text", text, "--protocol", "a".repeat(20_000));
  }
}
