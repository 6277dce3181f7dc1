package io.github.nonplus.comparison;

import io.github.nonplus.failure.RecordException;
import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.report.record.ScoredWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
    return warnings;
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
