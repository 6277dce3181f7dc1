package io.github.nonplus.report;

import io.github.nonplus.divergence.Divergence;
import io.github.nonplus.divergence.DivergenceResult;
import io.github.nonplus.divergence.KldFile;
import io.github.nonplus.divergence.SideAccount;
import io.github.nonplus.perplexity.Result;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A comparison of two models in words and numbers.
public final class DivergenceText {
  private DivergenceText() {}

  /// Lines for a terminal.
  public static List<String> of(DivergenceResult result) {
    Divergence divergence = result.divergence();
    List<String> lines = new ArrayList<>();
    lines.add(direction("of the candidate from the reference", divergence.referenceToCandidate()));
    lines.add(quantiles(divergence.referenceToCandidate()));
    if (divergence.candidateToReference() == null) {
      lines.add("KL divergence of the reference from the candidate: not known, see below");
    } else {
      lines.add(
          direction("of the reference from the candidate", divergence.candidateToReference()));
      lines.add(quantiles(divergence.candidateToReference()));
    }
    lines.add(losses(divergence));
    lines.add(
        say(
            "  text's token  probability of the candidate less the reference's: root mean square"
                + " %.3f %%, mean %+.3f %%, at most %.2f %%",
            100 * divergence.rmsDeltaP(),
            100 * divergence.meanDeltaP(),
            100 * divergence.largestDeltaP()));
    lines.add(
        say(
            "  same top      %.3f %% of the tokens that both find likeliest",
            100 * divergence.sameTopShare()));
    lines.add(
        say(
            "  windows       %d, %d tokens scored; protocol %s, %s",
            divergence.windows(),
            divergence.tokensScored(),
            result.protocol(),
            result.averaging()));
    lines.addAll(origin(result));
    lines.add(side("candidate", result.candidate()));
    lines.addAll(interpretation(result.candidate()));
    lines.add(
        say(
            "  speed         %.1f tokens/s, %.1f s, peak memory %s",
            result.tokensPerSecond(),
            result.seconds(),
            result.peakMemoryBytes() == null
                ? "unknown"
                : say("%d MB", result.peakMemoryBytes() / 1_000_000)));
    return lines;
  }

  private static String direction(String which, Divergence.Direction direction) {
    return say(
        "KL divergence %s %.6f nats%s",
        which,
        direction.mean(),
        direction.standardError() == null
            ? ""
            : say(", standard error %.6f", direction.standardError()));
  }

  private static String quantiles(Divergence.Direction direction) {
    return direction.percentiles().entrySet().stream()
        .map(entry -> say("%s %% ≤ %.3g", entry.getKey(), entry.getValue()))
        .collect(
            Collectors.joining(
                ", ", "  of the tokens ", say("; at most %.4g", direction.largest())));
  }

  private static String losses(Divergence divergence) {
    return say(
        "Perplexity %.4f, the reference's %.4f: %.4f times it%s (mean negative log-likelihood %+.6f"
            + " nats%s)",
        divergence.candidatePerplexity(),
        divergence.referencePerplexity(),
        divergence.perplexityRatio(),
        divergence.standardErrorPerplexityRatio() == null
            ? ""
            : say(", standard error %.4f", divergence.standardErrorPerplexityRatio()),
        divergence.meanDeltaNll(),
        divergence.standardErrorDeltaNll() == null
            ? ""
            : say(", standard error %.6f", divergence.standardErrorDeltaNll()));
  }

  private static List<String> interpretation(SideAccount account) {
    return InterpretationLines.of(account.model().interpretation(), "  ", 13);
  }

  /// The reference, and the windows.
  private static List<String> origin(DivergenceResult result) {
    return switch (result.reference()) {
      case SideAccount account -> {
        Result.Corpus corpus = result.corpus();
        List<String> lines = new ArrayList<>();
        Collections.addAll(
            lines,
            say("  input         %s, sha256 %s", corpus.windowsFile(), corpus.windowsSha256()),
            say(
                "  text          %s",
                corpus.text() == null
                    ? "unknown: the file of windows does not say"
                    : corpus.text() + ", sha256 " + corpus.textSha256()),
            side("reference", account));
        lines.addAll(interpretation(account));
        yield lines;
      }
      case KldFile.Account file ->
          List.of(
              say(
                  "  reference     %s: llama.cpp's log-probabilities, %d chunks of %d tokens, %s;"
                      + " sha256 %s",
                  file.file(),
                  file.chunks(),
                  file.chunkTokens(),
                  file.firstId() == null
                      ? "none of them begun with another token"
                      : "each begun with the id " + file.firstId(),
                  file.sha256()),
              say(
                  "  clip          tokens with ln p ≤ %.0f do not count, as llama.cpp has it: the"
                      + " divergence is not exact, the reference's perplexity is of its clipped"
                      + " values, and the divergence the other way cannot be known",
                  file.clip()));
    };
  }

  private static String side(String name, SideAccount side) {
    Result.ModelAccount model = side.model();
    return say(
        "  %-12s  %s: %s, weights in %s, sha256 %s; on %s (%s; kernels %s, %s%s)",
        name,
        model.path(),
        model.modelType(),
        model.quantization().equals("source") ? "their source precision" : model.quantization(),
        model.weightsSha256(),
        side.device(),
        side.deviceDescription(),
        side.kernels(),
        ResultText.threads(side.threads()),
        side.arithmetic());
  }

  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
