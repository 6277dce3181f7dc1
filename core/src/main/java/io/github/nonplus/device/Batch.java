package io.github.nonplus.device;

import io.github.nonplus.program.Program;
import io.github.nonplus.program.operand.RowSpace;
import java.util.Arrays;
import java.util.List;

/// Windows side by side, never padded: `ids` holds one after another, `starts` where each begins
/// (and, last, where all end), `selected` the rows (counted over the whole batch, ascending) whose
/// output is wanted, `targets` the token that each of them should predict.
public record Batch(int[] ids, int[] starts, int[] selected, int[] targets) {
  public Batch {
    if (starts.length < 2 || starts[0] != 0 || starts[starts.length - 1] != ids.length) {
      throw new IllegalArgumentException("the windows do not cover the batch");
    }
    for (int i = 1; i < starts.length; i++) {
      if (starts[i] <= starts[i - 1]) {
        throw new IllegalArgumentException("window " + (i - 1) + " is empty");
      }
    }
    if (selected.length != targets.length) {
      throw new IllegalArgumentException("as many targets as selected rows are needed");
    }
    int previous = -1;
    for (int row : selected) {
      if (row <= previous || row >= ids.length) {
        throw new IllegalArgumentException("row " + row + " cannot be selected");
      }
      previous = row;
    }
  }

  /// A batch in which every token but the first of each window is scored by the row before it.
  ///
  /// @param windows each of two ids or more
  public static Batch scoring(List<int[]> windows) {
    return scoring(
        windows,
        windows.stream().mapToInt(window -> window.length - 1).toArray(),
        windows.stream().mapToInt(window -> window.length).toArray());
  }

  /// A batch in which the last ids of each window are scored, each by the row before it; the rows
  /// of the others are context, and no output is computed for them.
  ///
  /// @param scored how many ids of each window are scored, from 1 to all but the first
  /// @param fed how many ids of each window are in the batch: all of them, or all but the last,
  ///   which is then only a target
  public static Batch scoring(List<int[]> windows, int[] scored, int[] fed) {
    int tokens = 0;
    int targetsInAll = 0;
    for (int w = 0; w < windows.size(); w++) {
      int length = windows.get(w).length;
      if (scored[w] < 1 || scored[w] >= length || fed[w] < length - 1 || fed[w] > length) {
        throw new IllegalArgumentException(
            length < 2
                ? "a window of one id has nothing to score"
                : "a window of %d ids, %d of them fed, cannot score %d"
                    .formatted(length, fed[w], scored[w]));
      }
      tokens = Math.addExact(tokens, fed[w]);
      targetsInAll += scored[w];
    }
    int[] ids = new int[tokens];
    int[] starts = new int[windows.size() + 1];
    int[] selected = new int[targetsInAll];
    int[] targets = new int[selected.length];
    int row = 0;
    int chosen = 0;
    for (int w = 0; w < windows.size(); w++) {
      int[] window = windows.get(w);
      System.arraycopy(window, 0, ids, row, fed[w]);
      for (int i = window.length - scored[w]; i < window.length; i++, chosen++) {
        selected[chosen] = row + i - 1;
        targets[chosen] = window[i];
      }
      row += fed[w];
      starts[w + 1] = row;
    }
    return new Batch(ids, starts, selected, targets);
  }

  /// A batch of the same windows twice, all of them and then all of them again.
  public Batch twice() {
    int tokens = ids.length;
    int windows = windows();
    int[] ends = Arrays.copyOf(starts, 2 * windows + 1);
    for (int w = 1; w <= windows; w++) {
      ends[windows + w] = Math.addExact(tokens, starts[w]);
    }
    int[] rows = repeated(selected);
    for (int i = selected.length; i < rows.length; i++) {
      rows[i] += tokens;
    }
    return new Batch(repeated(ids), ends, rows, repeated(targets));
  }

  private static int[] repeated(int[] values) {
    int[] both = Arrays.copyOf(values, Math.multiplyExact(2, values.length));
    System.arraycopy(values, 0, both, values.length, values.length);
    return both;
  }

  /// Refuses windows that a program has no positions for. Who asks for such has not asked the
  /// program first.
  public void requireFits(Program program) {
    int most = program.longestWindow();
    for (int w = 0; w < windows(); w++) {
      int length = starts[w + 1] - starts[w];
      if (length > most) {
        throw new IllegalArgumentException(
            "a window of %d tokens, positions for %d".formatted(length, most));
      }
    }
  }

  /// Number of tokens.
  public int tokens() {
    return ids.length;
  }

  /// Number of rows of a space.
  public int rows(RowSpace space) {
    return switch (space) {
      case RowSpace.Tokens _ -> tokens();
      case RowSpace.Selected _ -> selected.length;
      case RowSpace.Routed(RowSpace of, int each) -> Math.multiplyExact(rows(of), each);
    };
  }

  /// Number of windows.
  public int windows() {
    return starts.length - 1;
  }
}
