package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Gather;
import io.github.nonplus.program.op.Spread;
import io.github.nonplus.program.operand.View;

/// Where routed rows begin, in the places of their experts, and where they are put together again.
final class RoutedSteps {
  private RoutedSteps() {}

  static Step spread(Spread spread) {
    return (frame, workers) -> {
      frame.group(grouping(frame, spread));
      workers.run(frame.strips(spread.output()), (_, strip) -> spread(frame, spread, strip));
    };
  }

  private static Grouping grouping(Frame frame, Spread spread) {
    int each = spread.each();
    int[] experts = new int[frame.rows(spread.output())];
    int most = -1;
    for (int row = 0; row < experts.length; row++) {
      experts[row] = (int) number(frame, spread.routing(), row / each, row % each);
      most = Math.max(most, experts[row]);
    }
    return new Grouping(experts, most + 1);
  }

  private static void spread(Frame frame, Spread spread, int strip) {
    int width = frame.layout().width();
    int each = spread.each();
    float[] arena = frame.arena();
    int columns = spread.output().width();
    int end = Math.min(frame.rows(spread.output()), (strip + 1) * width);
    for (int place = strip * width; place < end; place++) {
      int routed = frame.grouping().row(place);
      int row = routed / each;
      int out = frame.at(spread.output().view(), strip) + place % width;
      int first = spread.take() == Spread.Take.PART ? routed % each * columns : 0;
      int in = frame.at(spread.input(), row / width, first) + row % width;
      if (spread.take() == Spread.Take.WEIGHTED) {
        float weight = number(frame, spread.routing(), row, each + routed % each);
        for (int n = 0; n < columns * width; n += width) {
          arena[out + n] = arena[in + n] * weight;
        }
      } else {
        for (int n = 0; n < columns * width; n += width) {
          arena[out + n] = arena[in + n];
        }
      }
    }
  }

  static Step gather(Gather gather) {
    return RowSteps.strips(gather.output(), (frame, _, strip) -> gather(frame, gather, strip));
  }

  private static void gather(Frame frame, Gather gather, int strip) {
    int width = frame.layout().width();
    int each = gather.each();
    float[] arena = frame.arena();
    int columns = gather.input().width() * width;
    int end = Math.min(frame.rows(gather.output()), (strip + 1) * width);
    for (int row = strip * width; row < end; row++) {
      int out = frame.at(gather.output().view(), strip) + row % width;
      for (int j = 0; j < each; j++) {
        int in = read(frame, gather, row, j);
        switch (gather.put()) {
          case SIDE -> {
            for (int n = 0; n < columns; n += width) {
              arena[out + j * columns + n] = arena[in + n];
            }
          }
          case SUM -> add(arena, in, 1, out, columns, width, j == 0);
          case WEIGHTED -> {
            float weight = number(frame, gather.routing(), row, each + j);
            add(arena, in, weight, out, columns, width, j == 0);
          }
        }
      }
    }
  }

  /// Where the j-th row of a row lies that is put together.
  private static int read(Frame frame, Gather gather, int row, int j) {
    int width = frame.layout().width();
    Gather.Passed passed = gather.passed();
    if (passed != null && number(frame, gather.routing(), row, j) >= passed.from()) {
      return frame.at(passed.rows(), row / width) + row % width;
    }
    int place = frame.grouping().place(row * gather.each() + j);
    return frame.at(gather.input(), place / width) + place % width;
  }

  private static void add(
      float[] arena, int in, float weight, int out, int columns, int width, boolean isFirst) {
    if (isFirst) {
      for (int n = 0; n < columns; n += width) {
        arena[out + n] = weight * arena[in + n];
      }
    } else {
      for (int n = 0; n < columns; n += width) {
        arena[out + n] = Math.fma(weight, arena[in + n], arena[out + n]);
      }
    }
  }

  /// A number of a routing.
  private static float number(Frame frame, View routing, int row, int column) {
    int width = frame.layout().width();
    return frame.arena()[frame.at(routing, row / width, column) + row % width];
  }
}
