package io.github.nonplus.report.page;

import java.util.List;

/// Rows with a name, marks on a common axis, and the numbers in words.
///
/// @param label what the axis is, with the unit
/// @param zero whether the axis' zero is drawn
record RowPlot(Scale scale, String label, boolean zero, List<Row> rows) {
  private static final int TICKS = 5;

  /// @param note beside the name, smaller
  /// @param value in words
  record Row(String name, String note, String value, List<Mark> marks) {}

  /// A dot, with a bar from `low` to `high` unless they are NaN.
  ///
  /// @param series which colour
  record Mark(int series, double at, double low, double high) {}

  void draw(Markup page) {
    page.open("div", "class", "rows").line();
    for (Row row : rows) {
      page.open("div", "class", "row").open("div", "class", "name").text(row.name);
      if (!row.note.isEmpty()) {
        page.element("small", row.note);
      }
      page.close("div").open("div", "class", "track");
      grid(page);
      for (Mark mark : row.marks) {
        mark(page, mark);
      }
      page.close("div").element("div", row.value, "class", "value").close("div").line();
    }
    page.open("div", "class", "row axis").open("div", "class", "name").close("div");
    page.open("div", "class", "track");
    for (double tick : scale.ticks(TICKS)) {
      page.element(
          "span",
          scale.label(tick, TICKS),
          "class",
          "x-tick",
          "style",
          "left:" + percent(scale.at(tick)));
    }
    page.element("div", label, "class", "x-label");
    page.close("div").open("div", "class", "value").close("div").close("div");
    page.close("div").line();
  }

  private void grid(Markup page) {
    for (double tick : scale.ticks(TICKS)) {
      boolean isZero = zero && Math.abs(scale.at(tick) - scale.at(0)) < 1e-9;
      page.open(
              "i",
              "class",
              isZero ? "rule zero" : "rule",
              "style",
              "left:" + percent(scale.at(tick)))
          .close("i");
    }
  }

  private void mark(Markup page, Mark mark) {
    if (!Double.isNaN(mark.low)) {
      String place =
          Markup.format(
              "left:%s;width:%s",
              percent(scale.at(mark.low)), percent(scale.at(mark.high) - scale.at(mark.low)));
      page.open("i", "class", "bar b" + mark.series, "style", place).close("i");
    }
    page.open("i", "class", "dot b" + mark.series, "style", "left:" + percent(scale.at(mark.at)))
        .close("i");
  }

  private static String percent(double part) {
    return Markup.format("%.2f%%", 100 * part);
  }
}
