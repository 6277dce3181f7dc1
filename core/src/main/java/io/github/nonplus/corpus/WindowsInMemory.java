package io.github.nonplus.corpus;

import java.util.ArrayList;
import java.util.List;

/// Takes windows without a file: what a header would say, their maker knows.
public final class WindowsInMemory implements WindowsSink {
  private final boolean lastFed;
  private final List<int[]> windows = new ArrayList<>();
  private final TokenIds scored = new TokenIds();
  private Extent extent = Extent.NONE;

  /// @param lastFed whether the model is fed a window's last id
  public WindowsInMemory(boolean lastFed) {
    this.lastFed = lastFed;
  }

  @Override
  public void document(String name, Extent extent) {
    this.extent = this.extent.plus(extent);
  }

  @Override
  public void window(int[] window, int scored) {
    windows.add(window);
    this.scored.add(scored);
  }

  @Override
  public boolean hasHeader() {
    return true;
  }

  @Override
  public int windows() {
    return windows.size();
  }

  /// The extent of all documents.
  public Extent extent() {
    return extent;
  }

  /// All of them.
  public Windows all() {
    return Windows.of(windows, scored.range(0, scored.size()), lastFed);
  }
}
