package io.github.nonplus.report.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.report.record.RoutingFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/// Everything the records say of themselves but for their experts, which have a section of their
/// own, as a table with one column a record; what is the same in all stands once.
final class AccountTable {
  /// A longer list of documents or operations is counted, not shown.
  private static final int LISTED = 12;

  private final Map<String, String[]> rows = new LinkedHashMap<>();
  private final List<ResultRecord> records;

  private AccountTable(List<ResultRecord> records) {
    this.records = records;
    for (int r = 0; r < records.size(); r++) {
      add("", records.get(r).facts(), r);
    }
  }

  static void draw(Markup page, List<ResultRecord> records) {
    new AccountTable(records).draw(page);
  }

  private void add(String path, JsonNode value, int record) {
    if (value.isObject()) {
      value.properties().stream()
          .filter(entry -> !path.isEmpty() || !entry.getKey().equals(RoutingFacts.KEY))
          .forEach(
              entry ->
                  add(
                      (path.isEmpty() ? "" : path + " › ") + entry.getKey().replace('_', ' '),
                      entry.getValue(),
                      record));
    } else if (value.isArray() && value.size() <= LISTED && has(value, JsonNode::isContainerNode)) {
      for (int i = 0; i < value.size(); i++) {
        add(path + " › " + (i + 1), value.get(i), record);
      }
    } else if (!value.isNull()) {
      String[] values = rows.computeIfAbsent(path, _ -> new String[records.size()]);
      values[record] = words(value);
    }
  }

  private static boolean has(JsonNode list, Predicate<JsonNode> kind) {
    return StreamSupport.stream(list.spliterator(), false).anyMatch(kind);
  }

  /// A value, or the values of a list; of a long list of more than values, how many.
  private static String words(JsonNode value) {
    if (value.isValueNode()) {
      return value.asText();
    }
    if (has(value, JsonNode::isContainerNode)) {
      return value.size() + " entries";
    }
    return value.isEmpty()
        ? "none"
        : StreamSupport.stream(value.spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining(", "));
  }

  private void draw(Markup page) {
    page.open("div", "class", "wide").open("table", "class", "receipt").line();
    if (records.size() > 1) {
      page.open("tr").open("th").close("th");
      for (int r = 0; r < records.size(); r++) {
        page.element("th", records.get(r).label(), "class", "t" + r % ReportPage.COLOURS);
      }
      page.close("tr").line();
    }
    rows.forEach(
        (name, values) -> {
          page.open("tr").element("th", name, "scope", "row");
          List<String> distinct = new ArrayList<>();
          IntStream.range(0, values.length)
              .mapToObj(r -> values[r] == null ? "" : values[r])
              .forEach(distinct::add);
          if (distinct.stream().distinct().count() == 1) {
            page.element("td", distinct.getFirst(), "colspan", records.size());
          } else {
            distinct.forEach(value -> page.element("td", value));
          }
          page.close("tr").line();
        });
    page.close("table").close("div").line();
  }
}
