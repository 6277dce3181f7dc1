package io.github.nonplus.report.page;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Lines over a common axis, each named at its end. The drawing is stretched to its frame while
/// strokes and text keep their size, so that it is readable on any width.
///
/// @param x the axis of the abscissae
/// @param xLabel what they are, with the unit
/// @param yLabel what the ordinates are, with the unit
record LinePlot(Scale x, String xLabel, Scale y, String yLabel, List<Line> lines) {
  private static final int SIZE = 1000;
  private static final int TICKS = 6;

  /// The least distance of two names, as a part of the height.
  private static final double APART = 0.075;

  /// @param series which colour
  /// @param dots whether the points are marked
  record Line(String name, int series, double[] xs, double[] ys, boolean dots) {}

  /// Draws it.
  ///
  /// @param description what one sees, for who cannot
  void draw(Markup page, String description) {
    page.open("div", "class", "plot").line();
    legend(page);
    page.element("div", yLabel, "class", "y-label").line();
    page.open("div", "class", "frame", "role", "img", "aria-label", description);
    for (double tick : y.ticks(TICKS)) {
      String place = Markup.format("bottom:%.2f%%", 100 * y.at(tick));
      page.open("i", "class", "grid", "style", place).close("i");
      page.element("span", y.label(tick, TICKS), "class", "y-tick", "style", place);
    }
    for (double tick : x.ticks(TICKS)) {
      String place = Markup.format("left:%.2f%%", 100 * x.at(tick));
      page.element("span", x.label(tick, TICKS), "class", "x-tick", "style", place);
    }
    String kind = lines.stream().anyMatch(Line::dots) ? "whole" : "clipped";
    page.line();
    page.open("svg", "class", kind, "viewBox", "0 0 1000 1000", "preserveAspectRatio", "none");
    for (Line line : lines) {
      path(page, line);
    }
    page.close("svg").line();
    names(page);
    page.close("div").line().element("div", xLabel, "class", "x-label").close("div").line();
  }

  private void path(Markup page, Line line) {
    StringBuilder way = new StringBuilder();
    StringBuilder dots = new StringBuilder();
    for (int i = 0; i < line.xs.length; i++) {
      String point =
          Markup.format("%.1f %.1f", SIZE * x.at(line.xs[i]), SIZE * (1 - y.at(line.ys[i])));
      way.append(i == 0 ? "M" : "L").append(point);
      dots.append("M").append(point).append("h0");
    }
    page.open("path", "class", "line s" + line.series, "d", way).close("path");
    if (line.dots) {
      page.open("path", "class", "dots s" + line.series, "d", dots).close("path");
    }
  }

  /// Lines that have a name; others only belong to one.
  private List<Line> named() {
    return lines.stream().filter(line -> !line.name.isEmpty()).toList();
  }

  /// Names at the lines' ends, pushed apart where the lines are not.
  private void names(Markup page) {
    List<Line> order = new ArrayList<>(named());
    order.sort(Comparator.comparingDouble(line -> line.ys[line.ys.length - 1]));
    double[] places = new double[order.size()];
    for (int i = 0; i < places.length; i++) {
      double own = y.at(order.get(i).ys[order.get(i).ys.length - 1]);
      places[i] = i == 0 ? own : Math.max(own, places[i - 1] + APART);
    }
    double above = Math.max(0, places.length == 0 ? 0 : places[places.length - 1] - 1);
    for (int i = 0; i < places.length; i++) {
      page.element(
          "span",
          order.get(i).name,
          "class",
          "end t" + order.get(i).series,
          "style",
          Markup.format("bottom:%.2f%%", 100 * (places[i] - above)));
    }
  }

  /// The same names above, where the screen has no room beside the lines.
  private void legend(Markup page) {
    page.open("div", "class", "legend", "aria-hidden", "true");
    for (Line line : named()) {
      page.element("span", line.name, "class", "t" + line.series);
    }
    page.close("div").line();
  }
}
