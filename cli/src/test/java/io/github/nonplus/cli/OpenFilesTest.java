package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.nonplus.files.WatchedEntries;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No command has open or mapped what it moves, replaces or removes: Windows would refuse it.
class OpenFilesTest {
  private static final Path EXAMPLES = Path.of("../examples");
  private static final Path MODEL = EXAMPLES.resolve("novella-6m");

  @TempDir Path folder;

  @Test
  void everyStepAndItsRepetitionHasClosedWhatItMoves() throws Exception {
    assumeTrue(WatchedEntries.areVisible(), "this system does not show what is open");
    Path text =
        Files.writeString(
            folder.resolve("text"),
            Files.readString(EXAMPLES.resolve("hound-excerpt.txt")).substring(0, 1500));
    Path weights = folder.resolve("weights");
    Path library = folder.resolve("library");
    Path windows = folder.resolve("windows");
    Path record = folder.resolve("record");
    try (WatchedEntries watched = WatchedEntries.begin()) {
      for (int time = 0; time < 2; time++) { // the second time everything is replaced
        run("convert-weight", MODEL, "--quantization=q4f16_0", "--output", weights);
        run(
            "compile",
            MODEL,
            "--quantization=q4f16_0",
            "--device=cpu",
            "--perplexity",
            "--output",
            library);
        run("preprocess-input", "--model-path", MODEL, "--input", text, "--destination", windows);
        run(
            "calculate-perplexity",
            "--device=cpu",
            "--model",
            weights,
            "--model-lib",
            library,
            "--input-path",
            windows,
            "--per-token",
            folder.resolve("tokens"),
            "--record",
            record);
        run("perplexity", MODEL, "--text", text, "--device=cpu", "--record", folder.resolve("2"));
        run("compare", record, folder.resolve("2"));
        run("report", record, "--output", folder.resolve("page.html"));
        run("divergence", weights, "--reference", MODEL, "--text", text, "--device=cpu");
      }
      assertThat(watched.violations()).isEmpty();
      assertThat(watched.seen()).isGreaterThan(30);
    }
  }

  private static void run(Object... arguments) {
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
  }
}
