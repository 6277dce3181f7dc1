package io.github.nonplus.report.record;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Names by which people tell results apart: where two would have the same, what differs is added:
/// the device, its kernels, the file; or else a number.
public final class Labels {
  private static final List<Function<ResultRecord, String>> DISTINCTIONS =
      List.of(
          each -> fact(each, "device"),
          each -> fact(each, "kernels"),
          each -> fact(each, "arithmetic"),
          each -> name(each.path()),
          each -> each.path().toString());

  private Labels() {}

  /// The same results, no two of one name.
  public static List<ResultRecord> distinct(List<ResultRecord> records) {
    List<ResultRecord> distinct = new ArrayList<>();
    for (ResultRecord record : records) {
      List<ResultRecord> same =
          records.stream().filter(each -> each.label().equals(record.label())).toList();
      distinct.add(same.size() == 1 ? record : named(record, same, records.indexOf(record)));
    }
    return numbered(distinct);
  }

  private static ResultRecord named(ResultRecord record, List<ResultRecord> same, int index) {
    for (Function<ResultRecord, String> distinction : DISTINCTIONS) {
      if (same.stream().map(distinction).distinct().count() == same.size()) {
        return record.withLabel("%s, %s".formatted(record.label(), distinction.apply(record)));
      }
    }
    return record;
  }

  /// One file may be given twice, and names may meet again.
  private static List<ResultRecord> numbered(List<ResultRecord> records) {
    List<ResultRecord> numbered = new ArrayList<>();
    for (int r = 0; r < records.size(); r++) {
      String label = records.get(r).label();
      boolean isUnique = records.stream().filter(each -> each.label().equals(label)).count() == 1;
      numbered.add(
          isUnique ? records.get(r) : records.get(r).withLabel("%s (%d)".formatted(label, r + 1)));
    }
    return numbered;
  }

  private static String fact(ResultRecord record, String name) {
    JsonNode value = record.facts().path("execution").path(name);
    return value.isTextual() ? value.textValue() : "unknown";
  }

  private static String name(Path path) {
    return path.getFileName() == null ? path.toString() : path.getFileName().toString();
  }
}
