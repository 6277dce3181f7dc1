package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract of `report`.
class ReportTest {
  @TempDir Path directory;

  private Path record;

  @BeforeEach
  void score() {
    record = directory.resolve("llama.record.json");
    CommandRun run =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            TinyModel.original("llama"),
            "--device=cpu",
            "--input-path",
            TinyModel.windows(directory, "1 2 3 4 5\n3 4 5 6 7\n".repeat(4)),
            "--record",
            record);
    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void pageIsWrittenAndNamed() throws IOException {
    Path page = directory.resolve("report.html");
    CommandRun run = CommandRun.of("report", record, record, "--output", page);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo("Report: " + page + "\n");
    assertThat(Files.readString(page)).startsWith("<!doctype html>").contains("Receipt", "llama");
  }

  @Test
  void recordIsNotOverwrittenByItsPage() {
    Refusal.of(directory, "report", record, "--output", record)
        .says(
            "%s (--output) would overwrite %s, which RECORD reads; name another one",
            record, record);
  }

  @Test
  void outputIsRequired() {
    assertThat(CommandRun.of("report", record).code()).isEqualTo(2);
  }
}
