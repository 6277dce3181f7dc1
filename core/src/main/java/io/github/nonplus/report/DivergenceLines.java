package io.github.nonplus.report;

import io.github.nonplus.divergence.DivergenceTally;
import io.github.nonplus.divergence.RowDivergence;
import io.github.nonplus.divergence.WindowDivergence;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Single divergences as lines of text. What a reference does not tell is left empty.
public final class DivergenceLines {
  private DivergenceLines() {}

  /// What is said on a terminal when a window is done.
  public static String of(WindowDivergence window, DivergenceTally tally, int total) {
    return String.format(
        Locale.ROOT,
        "[%d/%d] KL divergence %.6f over %d tokens, cumulative %.6f, perplexity ratio %.4f, same"
            + " top %.2f %%",
        window.window() + 1,
        total,
        mean(window.tokens(), RowDivergence::kld),
        window.tokens().size(),
        tally.meanKld(),
        tally.perplexityRatio(),
        100 * tally.sameTopShare());
  }

  /// A window's line of tab-separated values, as [#writeWindowHeading] names them.
  static void writeWindow(OutputStream out, WindowDivergence window, DivergenceTally tally)
      throws IOException {
    List<RowDivergence> tokens = window.tokens();
    double top = mean(tokens, token -> token.sameTop() ? 1 : 0);
    line(
        out,
        window.window() + 1,
        tokens.size(),
        number(mean(tokens, RowDivergence::kld)),
        number(mean(tokens, RowDivergence::reverseKld)),
        top,
        mean(tokens, RowDivergence::referenceNll),
        mean(tokens, RowDivergence::candidateNll),
        tally.meanKld());
  }

  static void writeWindowHeading(OutputStream out) throws IOException {
    line(
        out,
        "window",
        "scored_tokens",
        "kld",
        "reverse_kld",
        "same_top_share",
        "reference_mean_nll",
        "mean_nll",
        "cumulative_kld");
  }

  /// A line for each scored token of a window, as [#writeTokenHeading] names its values.
  static void writeTokens(OutputStream out, WindowDivergence window) throws IOException {
    for (int i = 0; i < window.tokens().size(); i++) {
      RowDivergence token = window.tokens().get(i);
      line(
          out,
          window.window() + 1,
          window.firstPosition() + i,
          token.candidateNll(),
          token.referenceNll(),
          token.kld(),
          number(token.reverseKld()),
          token.sameTop() ? 1 : 0);
    }
  }

  static void writeTokenHeading(OutputStream out) throws IOException {
    line(out, "window", "position", "nll", "reference_nll", "kld", "reverse_kld", "same_top");
  }

  private static double mean(List<RowDivergence> tokens, ToDoubleFunction<RowDivergence> number) {
    return tokens.stream().mapToDouble(number).average().orElseThrow();
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }

  private static void line(OutputStream out, Object... values) throws IOException {
    String line =
        Stream.of(values).map(Object::toString).collect(Collectors.joining("\t", "", "\n"));
    out.write(line.getBytes(StandardCharsets.US_ASCII));
  }
}
