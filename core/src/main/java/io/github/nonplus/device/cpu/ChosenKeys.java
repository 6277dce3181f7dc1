package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Attend;

/// Hides from the queries of a strip the keys that were not chosen for them.
final class ChosenKeys {
  private ChosenKeys() {}

  /// x(n) = −∞ of token t for each key n of a block that its choice lacks.
  ///
  /// @param x scores, a strip's width for each key
  /// @param count keys of the block, the first of which is key `first` of the window
  /// @param tokens rows of the tokens of the strip; −1 for those of other windows
  /// @param visible how many keys of the block are not after each token
  static void hideOthers(
      Attend attend,
      Frame frame,
      int keyHead,
      int[] tokens,
      int[] visible,
      int first,
      float[] x,
      int at,
      int count) {
    int width = frame.layout().width();
    int kept = attend.chosen().kept();
    for (int t = 0; t < width; t++) {
      int seen = Math.min(count, visible[t]);
      boolean isAll = visible[t] + first <= kept; // a query that sees no more
      if (tokens[t] < 0 || seen <= 0 || isAll) {
        continue;
      }
      int column = attend.choiceOf(keyHead);
      int list = frame.at(attend.chosen().keys(), tokens[t] / width, column) + tokens[t] % width;
      int next = firstFrom(frame.arena(), list, width, kept, first);
      for (int n = 0; n < seen; n++) {
        if (next < kept && frame.arena()[list + next * width] == first + n) {
          next++;
        } else {
          x[at + n * width + t] = Float.NEGATIVE_INFINITY;
        }
      }
    }
  }

  /// How many positions of a list, which ascends, are before `position`.
  private static int firstFrom(float[] arena, int list, int stride, int count, int position) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = low + high >>> 1;
      if (arena[list + middle * stride] < position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
