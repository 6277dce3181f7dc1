package io.github.nonplus.corpus;

import java.util.Arrays;

/// A list of windows of token ids, in order. Windows may overlap in memory: each is a stretch of
/// one array of ids.
public final class Windows {
  private final int[] ids;
  private final int[] starts;
  private final int[] ends;

  /// Window `i` is `ids[starts[i] … ends[i])`. The arrays become this object's own: they must not
  /// be changed afterwards.
  Windows(int[] ids, int[] starts, int[] ends) {
    if (starts.length != ends.length) {
      throw new IllegalArgumentException(
          "%d starts, but %d ends".formatted(starts.length, ends.length));
    }
    for (int i = 0; i < starts.length; i++) {
      if (starts[i] < 0 || starts[i] >= ends[i] || ends[i] > ids.length) {
        throw new IllegalArgumentException(
            "window %d is [%d, %d) of %d ids".formatted(i, starts[i], ends[i], ids.length));
      }
    }
    this.ids = ids;
    this.starts = starts;
    this.ends = ends;
  }

  /// Windows given one by one, copied.
  public static Windows of(int[]... windows) {
    int[] starts = new int[windows.length];
    int[] ends = new int[windows.length];
    int total = 0;
    for (int i = 0; i < windows.length; i++) {
      starts[i] = total;
      total = Math.addExact(total, windows[i].length);
      ends[i] = total;
    }
    int[] ids = new int[total];
    for (int i = 0; i < windows.length; i++) {
      System.arraycopy(windows[i], 0, ids, starts[i], windows[i].length);
    }
    return new Windows(ids, starts, ends);
  }

  /// Number of windows.
  public int count() {
    return starts.length;
  }

  /// Number of ids in window `i`, at least 1.
  public int length(int i) {
    return ends[i] - starts[i];
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
