package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.failure.CorpusException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/// What holds for every command: exit codes, streams, and how failures look.
class MainTest {
  @Test
  void helpGoesToStandardOutput() {
    CommandRun run = CommandRun.of("--help");
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .startsWith("Usage: nonplus [-hV] [--debug] COMMAND" + System.lineSeparator())
        .contains("preprocess-input");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void everyCommandHasADescriptionAnExampleAndTheVersion() {
    for (String command : Main.commandLine().getSubcommands().keySet()) {
      assertThat(CommandRun.of(command, "--help").out()).as(command).contains("Example");
      assertThat(CommandRun.of(command, "--version").out()).as(command).startsWith("nonplus ");
    }
  }

  @Test
  void versionIsTheBuilds() {
    assertThat(CommandRun.of("--version").out()).matches("nonplus [0-9]+\\.[0-9]+\\.[0-9]+.*\\R");
  }

  @Test
  void missingAndUnknownCommandsAreUsageErrors() {
    assertThat(CommandRun.of())
        .isEqualTo(new CommandRun(2, "", "nonplus: a command is missing\nSee 'nonplus --help'.\n"));
    CommandRun unknown = CommandRun.of("frobnicate");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).startsWith("nonplus: ").contains("'frobnicate'");
  }

  @Test
  void failureIsOneLineWithoutAStackTrace() {
    assertThat(reported(false, new CorpusException("x.txt is odd;\n  do y")))
        .isEqualTo("nonplus: x.txt is odd;\\n  do y\n");
  }

  @Test
  void debugAddsTheStackTrace() {
    assertThat(reported(true, new CorpusException("x.txt is odd")))
        .startsWith("nonplus: x.txt is odd\n")
        .contains("at io.github.nonplus.cli.MainTest");
  }

  @Test
  void unexpectedFailureIsCalledABug() {
    assertThat(reported(false, new IllegalStateException("oops")))
        .isEqualTo(
            "nonplus: this is a bug in Nonplus, please report it with what --debug prints: "
                + "java.lang.IllegalStateException: oops\n");
  }

  @Test
  void exhaustedMemoryIsNotCalledABug() {
    assertThat(reported(false, new OutOfMemoryError("Java heap space")))
        .startsWith("nonplus: out of memory: the heap ends at ")
        .contains("NONPLUS_JAVA_OPTIONS=-Xmx")
        .hasLineCount(1);
  }

  @Test
  void resultThatCannotBePrintedIsAFailure() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    StringWriter err = new StringWriter();
    assertThat(Main.run(new PrintWriter(full), new PrintWriter(err), "--help")).isEqualTo(1);
    assertThat(withLineFeeds(err))
        .isEqualTo("nonplus: the result could not be written to standard output\n");
  }

  private static String reported(boolean debug, Throwable failure) {
    StringWriter err = new StringWriter();
    assertThat(new Failures(debug).report(failure, new PrintWriter(err))).isEqualTo(1);
    return withLineFeeds(err);
  }

  private static String withLineFeeds(StringWriter text) {
    return text.toString().replace(System.lineSeparator(), "\n");
  }
}
