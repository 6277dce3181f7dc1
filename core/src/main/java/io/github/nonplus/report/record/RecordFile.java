package io.github.nonplus.report.record;

import io.github.nonplus.corpus.Extent;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.protocol.Averaging;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Reads a result record, which may come from a stranger: everything that is used is checked, and
/// every number that the record claims must be what its scores give.
public final class RecordFile {
  private final RecordContent content;
  private final Path path;
  private final Facts facts;

  private RecordFile(RecordContent content) {
    this.content = content;
    this.path = content.path();
    this.facts = new Facts(path, "", content.facts());
  }

  /// Reads `path`.
  ///
  /// @throws RecordException saying what is wrong with it
  public static ResultRecord read(Path path) {
    return of(RecordContent.read(path));
  }

  /// The same of a file that was read.
  public static ResultRecord of(RecordContent content) {
    return new RecordFile(content).record();
  }

  /// Holds the numbers of a result that has no scores against each other.
  ///
  /// @throws RecordException naming the one that the others do not give
  public static void requireConsistent(RecordContent content) {
    Claims.check(new Facts(content.path(), "", content.facts()));
  }

  private ResultRecord record() {
    if (content.scores().isEmpty()) {
      throw new RecordException(
          path
              + (facts.has("perplexity")
                  ? " holds a result without its scores; calculate it again with --record FILE"
                  : facts.has("divergence")
                      ? " holds a divergence without its scores; measure it again with --record FILE"
                      : " is no result record; make one with calculate-perplexity --record FILE"));
    }
    String format = facts.text("format");
    if (!format.equals(ResultRecord.FORMAT)) {
      throw new RecordException(
          "%s is of the form '%s', expected '%s'; use the Nonplus that wrote it, or calculate it again"
              .formatted(path, format, ResultRecord.FORMAT));
    }
    List<ScoredWindow> windows = content.scores().get().windows();
    Claims.check(facts, windows);
    Claims.check(facts);
    Optional<TokenTexts> texts =
        content.tokenTexts().orElseThrow(() -> facts.damaged("token_texts", "texts by id"));
    ResultRecord.Identity identity =
        new ResultRecord.Identity(
            facts.text("protocol"),
            facts.text("averaging"),
            facts.part("corpus").text("windows_sha256"),
            facts.part("model").optionalText("tokenizer_sha256"));
    return new ResultRecord(
        path,
        facts.json(),
        identity,
        label(facts.part("model")),
        facts.large("perplexity"),
        facts.number("mean_nll"),
        combination(),
        windows,
        texts,
        divergence(windows));
  }

  private Optional<RecordDivergence> divergence(List<ScoredWindow> windows) {
    List<ComparedWindow> compared = content.scores().orElseThrow().compared();
    if (compared.isEmpty() && !facts.has("divergence") && !facts.has("reference")) {
      return Optional.empty();
    }
    if (compared.isEmpty() || !facts.has("divergence")) {
      throw facts.damaged(
          compared.isEmpty() ? "windows_scored" : "divergence",
          compared.isEmpty() ? "with the divergences that it claims" : "an object");
    }
    return Optional.of(
        new RecordDivergence(
            reference(facts.part("reference")),
            DivergenceClaims.check(facts, extent(), windows, compared),
            compared));
  }

  private RecordDivergence.Reference reference(Facts reference) {
    if (!reference.has("file")) {
      Facts model = reference.part("model");
      String computed =
          "%s, kernels %s, %s"
              .formatted(
                  reference.text("device"),
                  reference.text("kernels"),
                  reference.text("arithmetic"));
      return new RecordDivergence.Reference(
          label(model), model.text("weights_sha256"), false, computed);
    }
    String sha256 = reference.text("sha256");
    if (!sha256.equals(facts.part("corpus").text("windows_sha256"))) {
      throw facts.damaged("corpus.windows_sha256", "that of the reference, which has the windows");
    }
    return new RecordDivergence.Reference(
        last(reference.text("file")), sha256, true, "log-probabilities of llama.cpp");
  }

  /// As far as its averaging needs it.
  private Extent extent() {
    return Averaging.ofLaw(facts.text("averaging")).equals(Optional.of(Averaging.WORDS))
        ? new Extent(facts.count(ResultRecord.WORDS), facts.count(ResultRecord.BYTES))
        : Extent.NONE;
  }

  private Combination combination() {
    return Averaging.ofLaw(facts.text("averaging"))
        .map(law -> Combination.of(law, law == Averaging.WORDS ? facts.number("words") : 0))
        .orElse(Combination.UNKNOWN);
  }

  private static String label(Facts model) {
    String name = last(model.text("path"));
    String scheme = model.text("quantization");
    return scheme.equals("source") || name.contains(scheme) ? name : name + " " + scheme;
  }

  private static String last(String path) {
    String[] parts = path.split("[/\\\\]+");
    return parts.length == 0 ? "model" : parts[parts.length - 1];
  }
}
