package io.github.nonplus.comparison;

import io.github.nonplus.failure.RecordException;
import io.github.nonplus.report.record.Labels;
import io.github.nonplus.report.record.RecordFolder;
import io.github.nonplus.report.record.ResultRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Results on the same windows, read and held against the first of them.
///
/// @param records at least one, no two of one name; the first is the baseline
/// @param warnings what differs and need not matter, each a sentence
/// @param comparisons of each of the others with the baseline
public record ComparedResults(
    List<ResultRecord> records, List<String> warnings, List<Comparison> comparisons) {
  public ComparedResults {
    records = List.copyOf(records);
    warnings = List.copyOf(warnings);
    comparisons = List.copyOf(comparisons);
  }

  /// Reads records: files, and folders of them.
  ///
  /// @throws RecordException if one cannot be read, or they are not of the same measurement
  public static ComparedResults read(List<Path> paths) {
    List<String> notes = new ArrayList<>();
    ComparedResults results = of(RecordFolder.read(paths, notes::add));
    notes.addAll(results.warnings());
    return new ComparedResults(results.records(), notes, results.comparisons());
  }

  /// The same of records that were read.
  public static ComparedResults of(List<ResultRecord> read) {
    List<ResultRecord> records = Labels.distinct(read);
    List<String> warnings = Comparability.check(records);
    return new ComparedResults(
        records,
        warnings,
        records.subList(1, records.size()).stream()
            .map(other -> Comparison.of(records.getFirst(), other))
            .toList());
  }

  /// How far those are from their reference that have one.
  public DivergenceComparison divergences() {
    return DivergenceComparison.of(records);
  }
}
