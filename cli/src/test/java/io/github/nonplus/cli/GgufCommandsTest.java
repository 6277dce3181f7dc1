package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every command that takes a model takes one in GGUF, with experts or without.
class GgufCommandsTest {
  private static final Path SMALL =
      Path.of("../core/src/test/resources/io/github/nonplus/goldens/gguf/architectures.zip");

  @TempDir Path directory;

  private Path llama;
  private Path mixture;
  private Path text;

  @BeforeEach
  void unpack() throws IOException {
    llama = unpacked("llama.f32.gguf");
    mixture = unpacked("mixtral.f32.gguf");
    text =
        Files.writeString(directory.resolve("text"), "It was a dark and stormy night. ".repeat(20));
  }

  private Path unpacked(String name) throws IOException {
    Path file = directory.resolve(name);
    try (ZipFile zip = new ZipFile(SMALL.toFile());
        InputStream in = zip.getInputStream(zip.getEntry(name))) {
      Files.copy(in, file);
    }
    return file;
  }

  private static CommandRun ran(Object... arguments) {
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.code()).as("%s: %s", List.of(arguments), run.err()).isZero();
    return run;
  }

  private Path windows() {
    Path windows = directory.resolve("windows");
    ran(
        "preprocess-input",
        "--model-path",
        llama,
        "--input",
        text,
        "--protocol=llamacpp",
        "--window=32",
        "--destination",
        windows);
    return windows;
  }

  private Path record(Path model, String name, Object... more) {
    Path record = directory.resolve(name + ".record");
    ran(
        CommandRun.joined(
            more,
            "calculate-perplexity",
            "--model",
            model,
            "--device=cpu",
            "--input-path",
            directory.resolve("windows"),
            "--record",
            record));
    return record;
  }

  @Test
  void resultsAreCompiledComparedShownAndVerified() throws IOException {
    windows();
    Path library = directory.resolve("library");
    ran("compile", mixture, "--device=cpu", "--perplexity", "--output", library);
    Path of = record(mixture, "mixture", "--model-lib", library);
    Path other = record(llama, "llama");
    assertThat(ran("compare", of, other).out()).contains("difference");
    Path page = directory.resolve("page.html");
    ran("report", of, other, "--output", page);
    assertThat(Files.readString(page)).contains("mixtral.f32.gguf", "llama.f32.gguf");
    assertThat(ran("verify", of).out()).doesNotContain("no longer");
    assertThat(ran("inspect", mixture).out()).contains("a GGUF file (llama.cpp)", "mixtral");
  }

  @Test
  void itIsACandidateAndAReference() throws IOException {
    windows();
    Path record = record(llama, "divergence", "--reference", mixture);
    JsonNode json = new ObjectMapper().readTree(record.toFile());
    assertThat(json.at("/divergence/reference_to_candidate/mean").asDouble()).isPositive();
    assertThat(
            ran(
                    "divergence",
                    llama,
                    "--reference",
                    llama,
                    "--text",
                    text,
                    "--protocol=llamacpp",
                    "--window=32")
                .out())
        .contains("KL divergence of the candidate", "same top 100.00 %");
  }

  @Test
  void oneCommandDoesItAll() {
    assertThat(
            ran("perplexity", mixture, "--text", text, "--protocol=llamacpp", "--window=32").out())
        .contains("weights in GGUF F32", "llamacpp");
  }

  /// Unquantized weights go into every scheme: these lose nothing in float32 of which 16 bits are
  /// kept, so the losses are the same.
  @Test
  void unquantizedWeightsAreConverted() throws IOException {
    windows();
    for (Path model : List.of(llama, mixture)) {
      Path output = directory.resolve(model.getFileName() + "-converted");
      ran("convert-weight", model, "--quantization=q0f32", "--output", output);
      assertThat(mean(record(output, "converted"))).isEqualTo(mean(record(model, "own")));
    }
  }

  private static double mean(Path record) throws IOException {
    return new ObjectMapper().readTree(record.toFile()).findValue("perplexity").asDouble();
  }

  /// MLC has no such family, which is said before anything is decoded.
  @Test
  void aFamilyThatMlcDoesNotHaveIsNotConverted() throws IOException {
    Refusal.of(
            directory,
            "convert-weight",
            unpacked("mamba.f32.gguf"),
            "--quantization=q0f16",
            "--output",
            directory.resolve("converted"))
        .mentions("mamba");
  }
}
