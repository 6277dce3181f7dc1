package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A perplexity beyond the largest number: the result says so and why, and every command reads it.
class InfinitePerplexityTest {
  @TempDir Path directory;

  private CommandRun scored(String protocol, Path record, Object... more) throws IOException {
    Path windows =
        Files.writeString(
            directory.resolve("windows"),
            ForgedResultTest.header(protocol)
                + "#document {\"name\": \"zh\", \"words\": 1, \"bytes\": 600}\n"
                + "7:1 2 3 4 5 6 7 8\n".repeat(60));
    return CommandRun.of(
        CommandRun.joined(
            more,
            "calculate-perplexity",
            "--model",
            TinyModel.original("llama"),
            "--device=cpu",
            "--kernels=scalar",
            "--input-path",
            windows,
            "--record",
            record,
            "--json"));
  }

  @Test
  void aTextOfOneWordIsReadBackByEveryCommand() throws IOException {
    Path record = directory.resolve("record");
    Path journal = directory.resolve("journal");
    CommandRun run = scored("lm-eval-wikitext", record, "--journal", journal);
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertThat(result.get("perplexity").asText()).isEqualTo("Infinity");
    assertThat(result.get("mean_nll").isNumber()).isTrue();
    assertThat(run.err())
        .contains("Warning: the perplexity is beyond the largest number (1.8e308)")
        .contains("this one has 1");

    Path merged = directory.resolve("merged");
    CommandRun merge = CommandRun.of("merge", journal, "--record", merged);
    assertThat(merge.code()).as(merge.err()).isZero();
    assertThat(merge.err()).contains("beyond the largest number");
    Path plain = Files.writeString(directory.resolve("plain"), run.out());
    for (Path file : new Path[] {record, merged, plain}) {
      CommandRun verify = CommandRun.of("verify", file);
      assertThat(verify.code()).as(verify.err()).isZero();
    }
    for (Object[] command :
        new Object[][] {
          {"compare", record, merged},
          {"compare", record, merged, "--json"},
          {"report", record, "--output", directory.resolve("page.html")},
          {"report", record, merged, "--output", directory.resolve("page.html")}
        }) {
      CommandRun read = CommandRun.of(command);
      assertThat(read.code()).as(read.err()).isZero();
      assertThat(read.out() + Files.readString(record)).doesNotContain("NaN");
    }
    assertThat(Files.readString(directory.resolve("page.html"))).doesNotContain("NaN", "Infinity%");
  }
}
