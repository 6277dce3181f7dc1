package io.github.nonplus.device.cpu;

import io.github.nonplus.program.operand.View;

/// A view's rows one after another, for what reads single rows in an order of their own: in strips
/// each number of a row lies in a cache line with those of its neighbours, all of which would be
/// fetched for the one.
final class Rows {
  /// Columns that are turned at a time: a strip of them stays in the first-level cache.
  static final int COLUMNS = 16;

  private float[] numbers = {};

  /// Copies the view.
  ///
  /// @param factor by which each number is multiplied; by 1, it stays as it is
  void fill(Frame frame, View view, float factor, Workers workers) {
    int rows = frame.rows(view.buffer());
    if (numbers.length < Math.multiplyExact(rows, view.width())) {
      numbers = new float[rows * view.width()];
    }
    workers.run(frame.strips(view.buffer()), (_, strip) -> fill(frame, view, factor, strip));
  }

  private void fill(Frame frame, View view, float factor, int strip) {
    int width = frame.layout().width();
    float[] arena = frame.arena();
    int end = Math.min(frame.rows(view.buffer()), (strip + 1) * width);
    for (int first = 0; first < view.width(); first += COLUMNS) {
      int columns = Math.min(COLUMNS, view.width() - first);
      int at = frame.at(view, strip, first);
      for (int row = strip * width; row < end; row++) {
        int to = row * view.width() + first;
        int from = at + row % width;
        for (int n = 0; n < columns; n++) {
          numbers[to + n] = arena[from + n * width] * factor;
        }
      }
    }
  }

  /// All of them, a row after another.
  float[] numbers() {
    return numbers;
  }
}
