package io.github.nonplus.report.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.report.record.ResultRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Everything the records say of themselves, as a table with one column a record; what is the same
/// in all stands once.
final class Receipt {
  private final Map<String, String[]> rows = new LinkedHashMap<>();
  private final List<ResultRecord> records;

  private Receipt(List<ResultRecord> records) {
    this.records = records;
    for (int r = 0; r < records.size(); r++) {
      add("", records.get(r).facts(), r);
    }
  }

  static void draw(Markup page, List<ResultRecord> records) {
    new Receipt(records).draw(page);
  }

  private void add(String path, JsonNode value, int record) {
    if (value.isObject()) {
      value
          .properties()
          .forEach(
              entry ->
                  add(
                      (path.isEmpty() ? "" : path + " › ") + entry.getKey().replace('_', ' '),
                      entry.getValue(),
                      record));
    } else if (!value.isNull()) {
      String[] values = rows.computeIfAbsent(path, _ -> new String[records.size()]);
      values[record] = value.isValueNode() ? value.asText() : value.toString();
    }
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
