package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Activations as a checkpoint asks for them, as a user says it and reads it.
class ActivationsOptionTest {
  private static final Path CHECKPOINTS =
      Path.of("../core/src/test/resources/io/github/nonplus/storage/activations.zip");

  private static final String NAME = "fp8-token.qwen3-moe";

  @TempDir Path directory;
  private Path model;
  private Path windows;

  @BeforeEach
  void unpackModel() throws IOException {
    model = Files.createDirectory(directory.resolve("model"));
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(CHECKPOINTS))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (entry.getName().startsWith(NAME)) {
          Files.copy(in, model.resolve(Path.of(entry.getName()).getFileName()));
        }
      }
    }
    windows = TinyModel.windows(directory, "3 9 27 17 31 5\n4 8 16 30\n");
  }

  private Object[] calculation(Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "calculate-perplexity",
                "--model",
                model,
                "--device=cpu",
                "--input-path",
                windows,
                "--no-journal",
                "--json"));
    arguments.addAll(List.of(more));
    return arguments.toArray();
  }

  private JsonNode result(Object... more) throws IOException {
    CommandRun run = CommandRun.of(calculation(more));
    assertThat(run.code()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void theResultSaysWhatTheyWere() throws IOException {
    JsonNode plain = result();
    JsonNode stored = result("--activations=as-stored");
    assertThat(result("--activations=float32").path("perplexity"))
        .isEqualTo(plain.path("perplexity"));
    assertThat(plain.path("model").path("quantization").asText())
        .isEqualTo("compressed-tensors-float-quantized, activations float32");
    assertThat(stored.path("model").path("quantization").asText())
        .isEqualTo("compressed-tensors-float-quantized, activations as stored");
    assertThat(stored.path("perplexity")).isNotEqualTo(plain.path("perplexity"));
  }

  @Test
  void aLibraryIsForOneOfThem() throws IOException {
    Path library = directory.resolve("model.lib");
    CommandRun compiled =
        CommandRun.of(
            "compile",
            model,
            "--activations=as-stored",
            "--device=cpu",
            "--perplexity",
            "--output",
            library);
    assertThat(compiled.code()).as(compiled.err()).isZero();
    assertThat(result("--activations=as-stored", "--model-lib", library).path("perplexity"))
        .isEqualTo(result("--activations=as-stored").path("perplexity"));
    CommandRun other = CommandRun.of(calculation("--model-lib", library));
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.err())
        .contains("activations as stored, but ", "activations float32; compile it for those");
  }

  @Test
  void aRecordIsVerifiedAsItWasMade() throws IOException {
    Path record = directory.resolve("it.record");
    result("--activations=as-stored", "--record", record);
    CommandRun run = CommandRun.of("verify", record, "--rescore=2");
    assertThat(run.code()).as(run.out() + run.err()).isZero();
  }

  @Test
  void whatIsNeitherIsRefused() {
    assertThat(CommandRun.of(calculation("--activations=int8")).err())
        .contains("--activations is 'int8', expected float32 or as-stored");
    TinyModel plain = TinyModel.llama(directory);
    model = plain.path();
    Refusal.ofRequest(directory, calculation("--activations=as-stored"))
        .mentions("is no quantized Hugging Face checkpoint", "--activations");
  }
}
