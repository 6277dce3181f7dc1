package io.github.nonplus.report.page;

import java.util.ArrayList;
import java.util.List;

/// From a quantity to its place on an axis, linear or by powers of two.
///
/// @param low what lies at 0
/// @param high what lies at 1
record Scale(double low, double high, boolean logarithmic) {
  Scale {
    if (!(low < high)) {
      throw new IllegalArgumentException("from %s to %s".formatted(low, high));
    }
  }

  /// From `low` to `high` and a little more on both sides.
  static Scale around(double low, double high) {
    double margin = high > low ? 0.06 * (high - low) : Math.max(1e-3, 0.05 * Math.abs(high));
    return new Scale(low - margin, high + margin, false);
  }

  /// The place of `value`, from 0 to 1 within the axis.
  double at(double value) {
    return logarithmic
        ? Math.log(value / low) / Math.log(high / low)
        : (value - low) / (high - low);
  }

  /// Round values along the axis.
  List<Double> ticks(int about) {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic) {
      double factor = Math.max(2, Math.pow(2, Math.ceil(log2(high / low) / about)));
      for (double value = Math.pow(2, Math.ceil(log2(low))); value <= high; value *= factor) {
        ticks.add(value);
      }
      return ticks;
    }
    double step = step(about);
    for (double n = Math.ceil(low / step); n * step <= high; n++) {
      ticks.add(n * step);
    }
    return ticks;
  }

  /// A tick's value with the digits that its neighbours need.
  String label(double tick, int about) {
    int digits = logarithmic ? 0 : (int) Math.max(0, Math.ceil(-Math.log10(step(about)) - 1e-9));
    return Markup.format("%,." + digits + "f", tick == 0 ? 0.0 : tick);
  }

  private double step(int about) {
    double rough = (high - low) / about;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double rest = rough / power;
    return power * (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10);
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }
}
