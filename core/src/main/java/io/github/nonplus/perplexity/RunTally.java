package io.github.nonplus.perplexity;

import io.github.nonplus.corpus.Extent;
import io.github.nonplus.corpus.Section;
import io.github.nonplus.perplexity.Result.Corpus;
import io.github.nonplus.perplexity.Result.Execution;
import io.github.nonplus.perplexity.Result.ModelAccount;
import io.github.nonplus.protocol.Averaging;
import io.github.nonplus.protocol.Figure;
import io.github.nonplus.verification.Verdict;
import java.util.List;
import java.util.Map;

/// The losses of a run on their way to its result: of all windows, and of each document.
///
/// @param figures what is printed beside the perplexity
public record RunTally(
    Averaging averaging, List<Figure> figures, Tally all, DocumentTallies documents) {
  /// Of windows that are still to come.
  public static RunTally of(
      Averaging averaging, List<Figure> figures, Extent extent, List<Section> sections) {
    return new RunTally(
        averaging, figures, new Tally(averaging, extent), new DocumentTallies(averaging, sections));
  }

  /// Takes the next window.
  public void add(WindowScore score) {
    all.add(score);
    documents.add(score);
  }

  /// The result, once all windows are in.
  ///
  /// @param verification null if nobody asked
  public Result result(
      String protocol,
      Corpus corpus,
      ModelAccount model,
      Execution execution,
      Verdict verification,
      Map<String, String> versions) {
    return new Result(
        all.perplexity(),
        all.meanNll(),
        known(all.standardError()),
        known(all.standardErrorNll()),
        all.windows(),
        all.tokens(),
        protocol,
        averaging.law(),
        corpus,
        model,
        execution,
        verification,
        versions,
        documents.figures(figures, all),
        documents.results());
  }

  /// A standard error, or null where one window alone leaves it open.
  private static Double known(double standardError) {
    return Double.isNaN(standardError) ? null : standardError;
  }
}
