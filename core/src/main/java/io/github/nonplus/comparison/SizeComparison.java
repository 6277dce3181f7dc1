package io.github.nonplus.comparison;

import io.github.nonplus.report.record.ResultRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Results of one model in files of several sizes: what each costs, how far it is from the
/// baseline, and which are not worth their bytes.
///
/// @param baseline from which differences are taken
/// @param records all of them, the baseline too, the smallest file first
public record SizeComparison(ResultRecord baseline, List<ResultRecord> records) {
  public SizeComparison {
    records = List.copyOf(records);
  }

  /// A file among the others.
  ///
  /// @param bytes of its weights
  /// @param bits a parameter, 0 if nobody counted parameters
  /// @param nll how much larger its mean loss is than the baseline's; zero of the baseline itself
  /// @param divergence its mean divergence from the reference, if it holds any
  /// @param step how much worse it is than the next smaller file, in divergence where both hold
  ///   any, else in mean loss; empty for the smallest
  /// @param dominator a file that is no larger and really better; empty if there is none
  public record Entry(
      ResultRecord record,
      long bytes,
      double bits,
      Interval nll,
      Optional<Interval> divergence,
      Optional<Interval> step,
      Optional<ResultRecord> dominator) {}

  /// Of results that have passed [Comparability], the first of which is the baseline; empty where a
  /// size is not known, or all are of one size.
  public static Optional<SizeComparison> of(List<ResultRecord> records) {
    boolean known = records.stream().allMatch(record -> bytes(record) > 0);
    boolean differ = records.stream().map(SizeComparison::bytes).distinct().count() > 1;
    return known && differ
        ? Optional.of(
            new SizeComparison(
                records.getFirst(),
                records.stream().sorted(Comparator.comparing(SizeComparison::bytes)).toList()))
        : Optional.empty();
  }

  /// Bytes of the weights of a result, 0 if it does not say.
  public static long bytes(ResultRecord record) {
    return record.facts().path("model").path("weight_bytes").asLong();
  }

  /// One for each file, the smallest first.
  public List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (int r = 0; r < records.size(); r++) {
      ResultRecord record = records.get(r);
      long bytes = bytes(record);
      long parameters = record.facts().path("model").path("parameters").asLong();
      entries.add(
          new Entry(
              record,
              bytes,
              parameters > 0 ? 8.0 * bytes / parameters : 0,
              record == baseline ? new Interval(0, 0, 0) : Comparison.of(baseline, record).nll(),
              record.divergence().map(_ -> DivergenceComparison.of(List.of(record)).mean(0)),
              r == 0 ? Optional.empty() : Optional.of(difference(records.get(r - 1), record)),
              dominator(record)));
    }
    return entries;
  }

  /// Of several, the one that is best.
  private Optional<ResultRecord> dominator(ResultRecord record) {
    return records.stream()
        .filter(other -> other != record && bytes(other) <= bytes(record))
        .filter(other -> difference(other, record).low() > 0)
        .max(Comparator.comparing(other -> difference(other, record).value()));
  }

  /// How much worse `two` is than `one`, taken window by window.
  private static Interval difference(ResultRecord one, ResultRecord two) {
    return one.divergence().isPresent() && two.divergence().isPresent()
        ? DivergenceComparison.of(List.of(one, two)).difference(1)
        : Comparison.of(one, two).nll();
  }
}
