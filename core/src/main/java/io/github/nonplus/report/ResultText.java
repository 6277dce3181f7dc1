package io.github.nonplus.report;

import io.github.nonplus.perplexity.Result;
import io.github.nonplus.protocol.Protocols;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// The result in words and numbers.
public final class ResultText {
  /// Documents that a screen shows.
  private static final int SHOWN = 100;

  private ResultText() {}

  /// Lines for a terminal.
  public static List<String> of(Result result) {
    Result.ModelAccount model = result.model();
    Result.Execution execution = result.execution();
    List<String> lines = new ArrayList<>();
    Collections.addAll(
        lines,
        perplexity(result),
        say("  protocol   %s: %s", protocol(result), result.averaging()),
        say(
            "  windows    %d of up to %d ids, %d tokens scored; %s",
            result.windows(),
            result.corpus().longestWindow(),
            result.tokensScored(),
            result.standardError() == null
                ? "one window has no standard error"
                : "the standard error is over "
                    + Protocols.named(result.protocol()).averaging().independent()),
        say(
            "  input      %s, sha256 %s",
            result.corpus().windowsFile(), result.corpus().windowsSha256()),
        say(
            "  text       %s",
            result.corpus().text() == null
                ? "unknown: the file of windows does not say"
                : result.corpus().text() + ", sha256 " + result.corpus().textSha256()),
        say(
            "  model      %s: %s, weights in %s, %,d bytes, sha256 %s",
            model.path(),
            model.modelType(),
            model.quantization().equals("source") ? "their source precision" : model.quantization(),
            model.weightBytes(),
            model.weightsSha256()));
    lines.addAll(InterpretationLines.of(model.interpretation(), "  ", 10));
    Collections.addAll(
        lines,
        say(
            "  device     %s: %s; kernels %s, %s%s",
            execution.device(),
            execution.deviceDescription(),
            execution.kernels(),
            threads(execution.threads()),
            execution.arithmetic()),
        say(
            "  speed      %.1f tokens/s, %.1f s, peak memory %s",
            execution.tokensPerSecond(),
            execution.seconds(),
            execution.peakMemoryBytes() == null
                ? "unknown"
                : say("%d MB", execution.peakMemoryBytes() / 1_000_000)));
    result.figures().forEach((name, value) -> lines.add(say("  figure     %s %.6f", name, value)));
    List<Result.DocumentScore> documents = result.documents();
    for (Result.DocumentScore document : documents.subList(0, Math.min(SHOWN, documents.size()))) {
      lines.add(
          say(
              "  document   %.4f (%d windows, %d tokens scored) %s",
              document.perplexity(), document.windows(), document.tokensScored(), document.name()));
    }
    if (documents.size() > SHOWN) {
      lines.add(
          say("  …          and %d more documents; --json has all", documents.size() - SHOWN));
    }
    if (result.routing() != null) {
      lines.addAll(RoutingText.of(result.routing()));
    }
    if (result.verification() != null) {
      lines.addAll(VerdictText.of(result.verification()));
    }
    return lines;
  }

  /// A file of windows without a header, of which nobody knows where it comes from, may be
  /// anybody's.
  private static String protocol(Result result) {
    boolean named =
        !result.protocol().equals(Protocols.QUALCOMM_MLC.name())
            || result.corpus().text() != null
            || !result.documents().isEmpty();
    return named
        ? result.protocol()
        : "none is named by the file of windows, scored as by " + result.protocol();
  }

  /// Threads of this process, for the middle of a line; nothing where it computes nothing itself.
  static String threads(int threads) {
    return threads == 0 ? "" : threads == 1 ? "1 thread, " : threads + " threads, ";
  }

  private static String perplexity(Result result) {
    return result.standardError() == null
        ? say(
            "Perplexity %.4f (mean negative log-likelihood %.6f nats)",
            result.perplexity(), result.meanNll())
        : say(
            "Perplexity %.4f, standard error %.4f (mean negative log-likelihood %.6f nats, standard"
                + " error %.6f)",
            result.perplexity(),
            result.standardError(),
            result.meanNll(),
            result.standardErrorNll());
  }

  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
