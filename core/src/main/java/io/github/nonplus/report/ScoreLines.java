package io.github.nonplus.report;

import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Single scores as lines of text.
public final class ScoreLines {
  private ScoreLines() {}

  /// What is said on a terminal when a window is done.
  public static String of(WindowScore score, Tally tally, int total) {
    return String.format(
        Locale.ROOT,
        "[%d/%d] log-probability %.4f of %d tokens, perplexity %.4f, cumulative %.4f",
        score.window() + 1,
        total,
        -score.sum(),
        score.tokenNll().length,
        Math.exp(score.mean()),
        tally.perplexity());
  }

  /// The number so far as llama.cpp prints it, without a line's end.
  public static String running(Tally tally) {
    return String.format(Locale.ROOT, "[%d]%.4f,", tally.windows(), tally.perplexity());
  }

  /// A window's line of tab-separated values: number, scored tokens, log-probability, mean negative
  /// log-likelihood, cumulative perplexity.
  public static void writeWindow(OutputStream out, WindowScore score, Tally tally)
      throws IOException {
    line(
        out,
        (score.window() + 1)
            + "\t"
            + score.tokenNll().length
            + "\t"
            + -score.sum()
            + "\t"
            + score.mean()
            + "\t"
            + tally.perplexity());
  }

  /// The heading of [#writeWindow].
  public static void writeWindowHeading(OutputStream out) throws IOException {
    line(out, "window\tscored_tokens\tlog_probability\tmean_nll\tcumulative_perplexity");
  }

  /// A line for each scored token of a window: window, position in it, negative log-likelihood.
  public static void writeTokens(OutputStream out, WindowScore score) throws IOException {
    for (int i = 0; i < score.tokenNll().length; i++) {
      line(out, (score.window() + 1) + "\t" + (score.first() + i) + "\t" + score.tokenNll()[i]);
    }
  }

  /// The heading of [#writeTokens].
  public static void writeTokenHeading(OutputStream out) throws IOException {
    line(out, "window\tposition\tnll");
  }

  private static void line(OutputStream out, String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
  }
}
