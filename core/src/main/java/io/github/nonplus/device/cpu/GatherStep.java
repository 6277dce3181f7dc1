package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Gather;

/// Where routed rows are put together again. They are read in the order in which they lie, which is
/// that of their experts, and each is added to the sums of its row, so memory is read once and from
/// front to end.
record GatherStep(Gather gather, Scratch[] scratch) implements Step {
  /// Columns of a task: a cache line of each row's sums.
  private static final int COLUMNS = 16;

  /// The routed rows, in the order in which they are added.
  ///
  /// @param from where each begins in the arena
  /// @param rows to which each belongs
  /// @param sides how many lie before each, side by side
  private record Terms(int[] from, int[] rows, int[] sides, float[] weights) {}

  @Override
  public void run(Frame frame, Workers workers) {
    Terms terms = terms(frame);
    int columns = gather.input().width();
    workers.run(
        Math.ceilDiv(columns, COLUMNS),
        (worker, task) -> {
          int column = task * COLUMNS;
          int count = Math.min(COLUMNS, columns - column);
          if (gather.put() == Gather.Put.SIDE) {
            copy(frame, terms, column, count);
          } else {
            int length = frame.rows(gather.output()) * COLUMNS;
            float[] sums = scratch[worker].sums(length);
            // What leaves a first term as it is, be it -0.
            Filling.fill(sums, 0, length, -0f);
            add(frame, terms, sums, column, count);
            store(frame, sums, column, count);
          }
        });
  }

  private Terms terms(Frame frame) {
    Grouping grouping = frame.grouping();
    int each = gather.each();
    int count = frame.rows(gather.output()) * each;
    Terms terms = new Terms(new int[count], new int[count], new int[count], new float[count]);
    for (int place = 0; place < count; place++) {
      int routed = grouping.row(place);
      int row = routed / each;
      int j = routed % each;
      terms.from[place] =
          isPassed(frame, row, j)
              ? frame.cell(gather.passed().rows(), row)
              : frame.cell(gather.input(), routed);
      terms.rows[place] = row;
      terms.sides[place] = j;
      terms.weights[place] =
          gather.put() == Gather.Put.WEIGHTED ? frame.number(gather.routing(), row, each + j) : 1;
    }
    return terms;
  }

  private boolean isPassed(Frame frame, int row, int j) {
    return gather.passed() != null
        && frame.number(gather.routing(), row, j) >= gather.passed().from();
  }

  private static void add(Frame frame, Terms terms, float[] sums, int column, int count) {
    int width = frame.layout().width();
    float[] arena = frame.arena();
    for (int i = 0; i < terms.from.length; i++) {
      int from = terms.from[i] + column * width;
      int at = terms.rows[i] * COLUMNS;
      float weight = terms.weights[i];
      int n = 0;
      for (; n + 4 <= count; n += 4) {
        four(weight, arena, from + n * width, width, sums, at + n);
      }
      for (; n < count; n++) {
        sums[at + n] = Math.fma(weight, arena[from + n * width], sums[at + n]);
      }
    }
  }

  /// Four columns that do not wait for each other: the compiler would not unroll a loop of them,
  /// whose stride it does not know.
  private static void four(float weight, float[] x, int at, int width, float[] sums, int to) {
    float a = x[at];
    float b = x[at + width];
    float c = x[at + 2 * width];
    float d = x[at + 3 * width];
    sums[to] = Math.fma(weight, a, sums[to]);
    sums[to + 1] = Math.fma(weight, b, sums[to + 1]);
    sums[to + 2] = Math.fma(weight, c, sums[to + 2]);
    sums[to + 3] = Math.fma(weight, d, sums[to + 3]);
  }

  private void store(Frame frame, float[] sums, int column, int count) {
    int width = frame.layout().width();
    float[] arena = frame.arena();
    for (int row = 0; row < frame.rows(gather.output()); row++) {
      int to = frame.cell(gather.output().view(), row) + column * width;
      for (int n = 0; n < count; n++) {
        arena[to + n * width] = sums[row * COLUMNS + n];
      }
    }
  }

  private void copy(Frame frame, Terms terms, int column, int count) {
    int width = frame.layout().width();
    float[] arena = frame.arena();
    for (int i = 0; i < terms.from.length; i++) {
      int row = terms.rows[i];
      int side = column + terms.sides[i] * gather.input().width();
      int to = frame.cell(gather.output().view(), row) + side * width;
      for (int n = 0; n < count; n++) {
        arena[to + n * width] = arena[terms.from[i] + (column + n) * width];
      }
    }
  }
}
