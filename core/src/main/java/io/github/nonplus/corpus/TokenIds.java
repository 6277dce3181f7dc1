package io.github.nonplus.corpus;

import java.util.ArrayList;
import java.util.List;

/// The ids of one text, as many as come. They lie in blocks, so that growing never copies what is
/// there: a text of 100 MB has some 30 million.
public final class TokenIds {
  private static final int BLOCK = 1 << 16;

  private final List<int[]> blocks = new ArrayList<>();
  private int size;

  /// Adds `ids` at the end.
  public void add(int... ids) {
    for (int from = 0; from < ids.length; ) {
      int at = size % BLOCK;
      if (at == 0) {
        blocks.add(new int[BLOCK]);
      }
      int count = Math.min(ids.length - from, BLOCK - at);
      System.arraycopy(ids, from, blocks.getLast(), at, count);
      from += count;
      size = Math.addExact(size, count);
    }
  }

  /// How many there are.
  public int size() {
    return size;
  }

  /// The ids from `from` on and before `to`, copied.
  public int[] range(int from, int to) {
    if (from < 0 || to < from || to > size) {
      throw new IndexOutOfBoundsException("[%d, %d) of %d".formatted(from, to, size));
    }
    int[] range = new int[to - from];
    for (int at = from; at < to; ) {
      int count = Math.min(to - at, BLOCK - at % BLOCK);
      System.arraycopy(blocks.get(at / BLOCK), at % BLOCK, range, at - from, count);
      at += count;
    }
    return range;
  }
}
