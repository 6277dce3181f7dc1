package io.github.nonplus.corpus;

import java.util.Arrays;
import java.util.List;

/// A list of windows of token ids, in order, each with how many of its ids are scored: always its
/// **last** ones, whatever the protocol, and never its first, which nothing predicts. Windows may
/// overlap in memory: each is a stretch of one array of ids.
///
/// ```
/// window of 7 ids, 3 scored    c c c c x x x    c context, x scored given all before it
/// ```
public final class Windows {
  private final int[] ids;
  private final int[] starts;
  private final int[] ends;
  private final int[] scored;
  private final boolean lastFed;

  /// Window `i` is `ids[starts[i] … ends[i])` and scores all its ids but the first. The arrays
  /// become this object's own: they must not be changed afterwards.
  Windows(int[] ids, int[] starts, int[] ends) {
    this(ids, starts, ends, allButTheFirst(starts, ends), true);
  }

  /// The same, with the number of ids at its end that each window scores.
  ///
  /// @param lastFed whether the model is fed a window's last id, which predicts nothing in it
  Windows(int[] ids, int[] starts, int[] ends, int[] scored, boolean lastFed) {
    if (starts.length != ends.length || starts.length != scored.length) {
      throw new IllegalArgumentException(
          "%d starts, but %d ends and %d counts of scored ids"
              .formatted(starts.length, ends.length, scored.length));
    }
    for (int i = 0; i < starts.length; i++) {
      if (starts[i] < 0 || starts[i] >= ends[i] || ends[i] > ids.length) {
        throw new IllegalArgumentException(
            "window %d is [%d, %d) of %d ids".formatted(i, starts[i], ends[i], ids.length));
      }
      if (scored[i] < 0 || scored[i] >= ends[i] - starts[i]) {
        throw new IllegalArgumentException(
            "window %d of %d ids cannot score %d".formatted(i, ends[i] - starts[i], scored[i]));
      }
    }
    this.ids = ids;
    this.starts = starts;
    this.ends = ends;
    this.scored = scored;
    this.lastFed = lastFed;
  }

  private static int[] allButTheFirst(int[] starts, int[] ends) {
    int[] scored = new int[Math.min(starts.length, ends.length)];
    for (int i = 0; i < scored.length; i++) {
      scored[i] = ends[i] - starts[i] - 1;
    }
    return scored;
  }

  /// Windows given one by one, copied, of which all ids but the first are scored.
  public static Windows of(int[]... windows) {
    int[] scored = Arrays.stream(windows).mapToInt(window -> window.length - 1).toArray();
    return of(List.of(windows), scored, true);
  }

  /// The same, each of which scores its last `scored` ids.
  public static Windows scoring(int scored, int[]... windows) {
    int[] all = new int[windows.length];
    Arrays.fill(all, scored);
    return of(List.of(windows), all, true);
  }

  /// Windows given one by one, copied.
  ///
  /// @param scored how many of its last ids each window scores
  /// @param lastFed whether the model is fed a window's last id
  public static Windows of(List<int[]> windows, int[] scored, boolean lastFed) {
    int[] starts = new int[windows.size()];
    int[] ends = new int[windows.size()];
    int total = 0;
    for (int i = 0; i < windows.size(); i++) {
      starts[i] = total;
      total = Math.addExact(total, windows.get(i).length);
      ends[i] = total;
    }
    int[] ids = new int[total];
    for (int i = 0; i < windows.size(); i++) {
      System.arraycopy(windows.get(i), 0, ids, starts[i], windows.get(i).length);
    }
    return new Windows(ids, starts, ends, scored, lastFed);
  }

  /// Whether the model is fed a window's last id.
  public boolean lastFed() {
    return lastFed;
  }

  /// Number of windows.
  public int count() {
    return starts.length;
  }

  /// Number of ids in window `i`, at least 1.
  public int length(int i) {
    return ends[i] - starts[i];
  }

  /// Number of ids that window `i` scores, its last ones.
  public int scored(int i) {
    return scored[i];
  }

  /// Number of ids of window `i` that the model is fed: all, or all but the last.
  public int fed(int i) {
    return lastFed ? length(i) : length(i) - 1;
  }

  /// Number of ids that all windows score; an id that two windows score counts twice.
  public long scored() {
    return Arrays.stream(scored).asLongStream().sum();
  }

  /// The windows from `from` on and before `to`; nothing is copied but the bounds.
  public Windows slice(int from, int to) {
    return new Windows(
        ids,
        Arrays.copyOfRange(starts, from, to),
        Arrays.copyOfRange(ends, from, to),
        Arrays.copyOfRange(scored, from, to),
        lastFed);
  }

  /// Id `position` of window `i`.
  public int id(int i, int position) {
    if (position < 0 || position >= length(i)) {
      throw new IndexOutOfBoundsException(
          "id %d of window %d, which has %d".formatted(position, i, length(i)));
    }
    return ids[starts[i] + position];
  }

  /// A copy of window `i`.
  public int[] window(int i) {
    return Arrays.copyOfRange(ids, starts[i], ends[i]);
  }

  /// Copies window `i` to `target[offset…]`.
  public void copy(int i, int[] target, int offset) {
    System.arraycopy(ids, starts[i], target, offset, length(i));
  }

  /// Number of ids in all windows; an id in two windows counts twice.
  public long ids() {
    long sum = 0;
    for (int i = 0; i < count(); i++) {
      sum += length(i);
    }
    return sum;
  }

  /// Number of ids in the longest window; 0 if there is none.
  public int longest() {
    int longest = 0;
    for (int i = 0; i < count(); i++) {
      longest = Math.max(longest, length(i));
    }
    return longest;
  }

  /// Number of ids that the model is fed of the longest window; 0 if there is none.
  public int longestFed() {
    return lastFed || count() == 0 ? longest() : longest() - 1;
  }

  /// The largest id; -1 if there is none.
  public int largestId() {
    int largest = -1;
    for (int i = 0; i < count(); i++) {
      for (int at = starts[i]; at < ends[i]; at++) {
        largest = Math.max(largest, ids[at]);
      }
    }
    return largest;
  }
}
