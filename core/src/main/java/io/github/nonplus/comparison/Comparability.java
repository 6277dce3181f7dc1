package io.github.nonplus.comparison;

import io.github.nonplus.failure.RecordException;
import io.github.nonplus.report.record.ComparedWindow;
import io.github.nonplus.report.record.RecordDivergence;
import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.report.record.ScoredWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whether results are of the same measurement, so that only the model can make a difference.
public final class Comparability {
  private Comparability() {}

  /// Checks all against the first.
  ///
  /// @return what differs and need not matter, each a sentence
  /// @throws RecordException saying what differs and does matter
  public static List<String> check(List<ResultRecord> records) {
    List<String> warnings = new ArrayList<>();
    for (ResultRecord other : records.subList(1, records.size())) {
      check(records.getFirst(), other).ifPresent(warnings::add);
    }
    List<ResultRecord> compared =
        records.stream().filter(each -> each.divergence().isPresent()).toList();
    if (!compared.isEmpty()) {
      references(compared, warnings);
      records.stream()
          .filter(each -> each.divergence().isEmpty())
          .map(
              each ->
                  "Warning: %s holds no divergences from a reference, so that it is compared by losses alone"
                      .formatted(each.path()))
          .forEach(warnings::add);
    }
    return warnings;
  }

  /// Divergences from different references say nothing about each other.
  private static void references(List<ResultRecord> records, List<String> warnings) {
    ResultRecord one = records.getFirst();
    RecordDivergence first = one.divergence().orElseThrow();
    for (ResultRecord two : records.subList(1, records.size())) {
      RecordDivergence second = two.divergence().orElseThrow();
      if (!first.reference().sha256().equals(second.reference().sha256())) {
        throw new RecordException(
            "%s holds divergences from %s (sha256 %s), %s from %s (sha256 %s); measure both against the same reference"
                .formatted(
                    one.path(),
                    first.reference().label(),
                    first.reference().sha256(),
                    two.path(),
                    second.reference().label(),
                    second.reference().sha256()));
      }
      double apart = apart(first.windows(), second.windows());
      if (apart > 0) {
        warnings.add(
            String.format(
                Locale.ROOT,
                "Warning: the reference of %s (%s) and that of %s (%s) have the same weights, but their losses are up to %.1e nats a token apart; as much may be the divergences",
                one.path(),
                first.reference().computed(),
                two.path(),
                second.reference().computed(),
                apart));
      }
    }
  }

  private static double apart(List<ComparedWindow> one, List<ComparedWindow> two) {
    double apart = 0;
    for (int w = 0; w < one.size(); w++) {
      double[] first = one.get(w).referenceNll();
      double[] second = two.get(w).referenceNll();
      for (int i = 0; i < first.length; i++) {
        apart = Math.max(apart, Math.abs(first[i] - second[i]));
      }
    }
    return apart;
  }

  private static Optional<String> check(ResultRecord one, ResultRecord two) {
    ResultRecord.Identity first = one.identity();
    ResultRecord.Identity second = two.identity();
    if (!first.protocol().equals(second.protocol())
        || !first.averaging().equals(second.averaging())) {
      throw new RecordException(
          "%s follows the protocol %s (%s), %s follows %s (%s); calculate both by the same protocol"
              .formatted(
                  one.path(),
                  first.protocol(),
                  first.averaging(),
                  two.path(),
                  second.protocol(),
                  second.averaging()));
    }
    if (!first.windowsSha256().equals(second.windowsSha256())) {
      throw new RecordException(
          "%s scored the windows of sha256 %s, %s those of %s; calculate both on the same windows"
              .formatted(one.path(), first.windowsSha256(), two.path(), second.windowsSha256()));
    }
    requireSameIds(one, two);
    if (!first.tokenizerSha256().equals(second.tokenizerSha256())) {
      return Optional.of(
          ("Warning: %s and %s have different tokenizer.json files beside their weights; the ids of"
                  + " the windows are the same, but make sure that both models mean the same by them")
              .formatted(one.path(), two.path()));
    }
    return Optional.empty();
  }

  /// The digest is only what a record says of itself.
  private static void requireSameIds(ResultRecord one, ResultRecord two) {
    boolean same = one.windows().size() == two.windows().size();
    for (int w = 0; same && w < one.windows().size(); w++) {
      ScoredWindow first = one.windows().get(w);
      ScoredWindow second = two.windows().get(w);
      same =
          Arrays.equals(first.ids(), second.ids())
              && first.nll().length == second.nll().length
              && first.weight() == second.weight();
    }
    if (!same) {
      throw new RecordException(
          "%s and %s claim the same windows, but do not score the same ids; calculate both again"
              .formatted(one.path(), two.path()));
    }
  }
}
