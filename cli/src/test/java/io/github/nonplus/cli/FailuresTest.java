package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.journal.JournalPlace;
import io.github.nonplus.journal.Shard;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.perplexity.PerplexityRun;
import io.github.nonplus.perplexity.Request;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What nobody can check beforehand: files that change while they are read.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a mapped file cannot be cut there")
class FailuresTest {
  @TempDir Path directory;

  private TinyModel model;

  @BeforeEach
  void copyModel() {
    model = TinyModel.llama(directory);
  }

  @Test
  void weightsThatAreCutWhileADeviceTakesThemAreASentence() {
    Request request =
        new Request(
            model.path(),
            Wanted.DEFAULT,
            Optional.empty(),
            OptionalInt.empty(),
            "cpu",
            DeviceOptions.defaults(),
            TinyModel.windows(directory),
            OptionalInt.empty(),
            OptionalInt.empty(),
            new JournalPlace.Named(directory.resolve("journal")),
            Shard.WHOLE);
    PerplexityRun.Listener cutting =
        new PerplexityRun.Listener() {
          @Override
          public void note(String sentence) {}

          @Override
          public void window(WindowScore score, Tally tally, int total) {}

          @Override
          public void journal(Path file, int finished) {
            cut();
          }
        };
    assertSentence(catchThrowable(() -> PerplexityRun.of(request, cutting)));
  }

  private void cut() {
    try (FileChannel file = FileChannel.open(model.weights(), StandardOpenOption.WRITE)) {
      file.truncate(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertSentence(Throwable failure) {
    StringWriter err = new StringWriter();
    int code = new Failures(false).report(failure, new PrintWriter(err));
    assertThat(code).isEqualTo(1);
    assertThat(err)
        .hasToString(
            "nonplus: a file became shorter, or its disk failed, while it was read; leave a model's"
                + " files alone while they are used, and run the command again\n");
  }
}
