package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.journal.JournalContent;
import io.github.nonplus.journal.JournalReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A run that is killed (`kill -9`) again and again, at random moments, and started again each
/// time. The property `nonplus.kills` says how often; every third time the process has not come to
/// its windows yet.
class KillTest {
  private static final int KILLS = Integer.getInteger("nonplus.kills", 3);
  private static final int WINDOWS_A_LIFE = 60;
  private static final int LENGTH = 12;

  @TempDir Path directory;

  private final Random random = new Random(KILLS);

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void noFinishedWindowIsLostNoneCountsTwiceAndTheBitsAreTheSame()
      throws IOException, InterruptedException {
    Path windows = windows((KILLS + 1) * WINDOWS_A_LIFE);
    Path undisturbed = directory.resolve("undisturbed.tsv");
    CommandRun whole =
        CommandRun.of(command(windows, "--json", "--no-journal", "--per-token", undisturbed));
    assertThat(whole.code()).as(whole.err()).isZero();

    Path journal = directory.resolve("journal");
    Path values = directory.resolve("killed.tsv");
    int finished = 0;
    long torn = 0;
    for (int kill = 1; kill <= KILLS; kill++) {
      Process process =
          ChildProcess.start(
              directory.resolve("out"),
              directory,
              command(windows, "--journal", journal, "--per-token", values));
      letLive(process, journal, kill);
      assertThat(process.isAlive()).as("killed before it is done").isTrue();
      process.destroyForcibly().waitFor();
      assertThat(values).doesNotExist();
      if (Files.exists(journal) && Files.size(journal) > 1000) {
        JournalContent content = JournalReader.read(journal);
        assertThat(content.finished().size()).isGreaterThanOrEqualTo(finished);
        finished = content.finished().size();
        torn += content.torn() > 0 ? 1 : 0;
        System.out.printf(
            "kill %d: %d of %d windows finished, %d bytes torn%n",
            kill, finished, (KILLS + 1) * WINDOWS_A_LIFE, content.torn());
      }
    }
    assertThat(finished).isPositive();

    CommandRun last =
        CommandRun.of(command(windows, "--journal", journal, "--per-token", values, "--json"));
    assertThat(last.code()).as(last.err()).isZero();
    assertThat(last.err())
        .contains(
            "Going on where the journal %s ends: %d of %d windows are done.\n"
                .formatted(journal, finished, (KILLS + 1) * WINDOWS_A_LIFE));
    assertThat(values).hasSameBinaryContentAs(undisturbed);
    JsonNode result = new ObjectMapper().readTree(last.out());
    JsonNode expected = new ObjectMapper().readTree(whole.out());
    for (String exact : new String[] {"perplexity", "mean_nll", "windows", "tokens_scored"}) {
      assertThat(result.get(exact)).as(exact).isEqualTo(expected.get(exact));
    }
    System.out.printf(
        "%d kills, %d of them in the middle of a write; every value is the same%n", KILLS, torn);
  }

  /// Waits for a moment that is random: after so many more bytes of the journal, or, every third
  /// time, after so many milliseconds of the process's start.
  private void letLive(Process process, Path journal, int kill)
      throws IOException, InterruptedException {
    if (kill % 3 == 0) {
      Thread.sleep(random.nextInt(400));
      return;
    }
    long before = Files.exists(journal) ? Files.size(journal) : 0;
    long growth = random.nextInt(WINDOWS_A_LIFE * LENGTH * 20);
    while (process.isAlive() && (!Files.exists(journal) || Files.size(journal) < before + growth)) {
      Thread.sleep(1);
    }
  }

  private Object[] command(Path windows, Object... more) {
    return CommandRun.joined(
        more,
        "calculate-perplexity",
        "--model",
        TinyModel.original("llama"),
        "--device=cpu",
        "--batch-size=1",
        "--threads=1",
        "--input-path",
        windows);
  }

  private Path windows(int count) {
    StringBuilder lines = new StringBuilder();
    for (int w = 0; w < count; w++) {
      for (int i = 0; i < LENGTH; i++) {
        lines.append(i == 0 ? "" : " ").append(random.nextInt(90));
      }
      lines.append('\n');
    }
    return TinyModel.windows(directory, lines.toString());
  }
}
