package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private final StringWriter err = new StringWriter();
  private long nanos;

  @Test
  void barShowsShareCountRateTimeLeftAndNote() {
    ProgressBar bar = new ProgressBar(new PrintWriter(err), "windows", () -> nanos);
    after(2);
    bar.update(25, 100, "perplexity 32.88");
    assertThat(err)
        .hasToString(
            "\rwindows [######------------------]  25%  25/100  12.5/s, 0:06 left"
                + "  perplexity 32.88");
  }

  @Test
  void barIsRedrawnInPlaceAndEndsItsLineOnce() {
    ProgressBar bar = new ProgressBar(new PrintWriter(err), "windows", () -> nanos);
    after(1);
    bar.update(1, 2, "a long note");
    after(1);
    bar.update(2, 2, "");
    bar.close();
    bar.close();
    String first = "windows [############------------]  50%  1/2  1.00/s, 0:01 left  a long note";
    String last = "windows [########################] 100%  2/2  1.00/s, took 0:02";
    assertThat(err)
        .hasToString(
            "\r"
                + first
                + "\r"
                + last
                + " ".repeat(first.length() - last.length())
                + System.lineSeparator());
  }

  @Test
  void barThatWasNeverDrawnEndsNoLine() {
    new ProgressBar(new PrintWriter(err), "windows", () -> nanos).close();
    assertThat(err).hasToString("");
  }

  @Test
  void barIsNotRedrawnAtEveryCall() {
    ProgressBar bar = new ProgressBar(new PrintWriter(err), "windows", () -> nanos);
    bar.update(0, 100, "");
    bar.update(1, 100, "");
    bar.update(2, 100, "");
    assertThat(err.toString().chars().filter(c -> c == '\r')).hasSize(1);
  }

  @Test
  void logHasALineEveryFiveSecondsAndOneAtTheEnd() {
    ProgressLines lines = new ProgressLines(new PrintWriter(err), "windows", () -> nanos);
    for (int done = 1; done <= 12; done++) {
      after(1);
      lines.update(done * 1000L, 12_000, done == 5 ? "perplexity 32.88" : "");
    }
    lines.close();
    assertThat(err)
        .hasToString(
            """
            windows: 5000 of 12000 (41%), 1000/s, 0:07 left, perplexity 32.88
            windows: 10000 of 12000 (83%), 1000/s, 0:02 left
            windows: 12000 of 12000 (100%), 1000/s, took 0:12
            """
                .replace("\n", System.lineSeparator()));
  }

  @Test
  void hoursAreShownAsHours() {
    assertThat(new Pace(1, 8000, 1)).hasToString("1.00/s, 2:13:19 left");
  }

  @Test
  void nothingDoneIsNoPace() {
    assertThat(new Pace(0, 10, 3)).hasToString("");
    assertThat(new Pace(0, 0, 0).percent()).isEqualTo(100);
  }

  private void after(int seconds) {
    nanos += TimeUnit.SECONDS.toNanos(seconds);
  }
}
