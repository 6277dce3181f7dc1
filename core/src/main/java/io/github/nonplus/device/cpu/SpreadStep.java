package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Spread;

/// Where routed rows begin, in the places of their experts.
///
/// @param rows where the input is put first, as its rows are read in another order than they lie
record SpreadStep(Spread spread, Rows rows) implements Step {
  @Override
  public void run(Frame frame, Workers workers) {
    frame.group(grouping(frame));
    rows.fill(frame, spread.input(), 1, workers);
    workers.run(frame.strips(spread.output()), (_, strip) -> strip(frame, strip));
  }

  private Grouping grouping(Frame frame) {
    int each = spread.each();
    int[] experts = new int[frame.rows(spread.output())];
    int most = -1;
    for (int row = 0; row < experts.length; row++) {
      experts[row] = (int) frame.number(spread.routing(), row / each, row % each);
      most = Math.max(most, experts[row]);
    }
    return new Grouping(experts, most + 1);
  }

  private void strip(Frame frame, int strip) {
    int width = frame.layout().width();
    int each = spread.each();
    int columns = spread.output().width();
    int first = strip * width;
    int[] from = new int[Math.min(frame.rows(spread.output()) - first, width)];
    float[] weights = new float[from.length];
    for (int i = 0; i < from.length; i++) {
      int routed = frame.grouping().row(first + i);
      int row = routed / each;
      int j = routed % each;
      boolean isPart = spread.take() == Spread.Take.PART;
      from[i] = row * spread.input().width() + (isPart ? j * columns : 0);
      weights[i] =
          spread.take() == Spread.Take.WEIGHTED ? frame.number(spread.routing(), row, each + j) : 1;
    }
    for (int column = 0; column < columns; column += Rows.COLUMNS) {
      int to = frame.at(spread.output().view(), strip, column);
      int count = Math.min(Rows.COLUMNS, columns - column);
      columns(from, weights, column, frame.arena(), to, count, width);
    }
  }

  /// `count` columns from `column` on of a strip's rows; times 1, a number stays as it is.
  private void columns(
      int[] from, float[] weights, int column, float[] arena, int to, int count, int width) {
    float[] numbers = rows.numbers();
    for (int i = 0; i < from.length; i++) {
      int in = from[i] + column;
      int n = 0;
      for (; n + 4 <= count; n += 4) {
        four(weights[i], numbers, in + n, arena, to + i + n * width, width);
      }
      for (; n < count; n++) {
        arena[to + i + n * width] = numbers[in + n] * weights[i];
      }
    }
  }

  /// Four columns: the compiler would not unroll a loop of them, whose stride it does not know.
  private static void four(float weight, float[] row, int in, float[] arena, int at, int width) {
    arena[at] = row[in] * weight;
    arena[at + width] = row[in + 1] * weight;
    arena[at + 2 * width] = row[in + 2] * weight;
    arena[at + 3 * width] = row[in + 3] * weight;
  }
}
