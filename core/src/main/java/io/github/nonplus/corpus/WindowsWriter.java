package io.github.nonplus.corpus;

import io.github.nonplus.files.Digest;
import io.github.nonplus.files.FileDraft;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// Writes a file of windows, window by window; the file is there once all are written, or not at
/// all.
public final class WindowsWriter implements WindowsSink, AutoCloseable {
  private final FileDraft draft;
  private final Digest digest = Digest.sha256();
  private final Optional<WindowsHeader> header;
  private int windows;
  private int shortest = Integer.MAX_VALUE;
  private int longest;
  private long ids;
  private long scored;
  private Extent extent = Extent.NONE;

  private WindowsWriter(Path path, Optional<WindowsHeader> header) {
    this.draft = FileDraft.of(path);
    this.header = header;
  }

  /// Begins a file.
  ///
  /// @param header its first line; without one, all ids but the first of each window are scored
  public static WindowsWriter of(Path path, Optional<WindowsHeader> header) {
    WindowsWriter writer = new WindowsWriter(path, header);
    header.ifPresent(each -> writer.line(each.line()));
    return writer;
  }

  /// Begins the windows of a document. In a file without a header nothing says so.
  @Override
  public void document(String name, Extent extent) {
    this.extent = this.extent.plus(extent);
    if (header.isPresent()) {
      line(new Section(name, extent, windows).line());
    }
  }

  /// Adds a window.
  ///
  /// @param scored how many of its last ids are scored
  @Override
  public void window(int[] window, int scored) {
    if (header.isEmpty() && scored != window.length - 1) {
      throw new IllegalArgumentException("without a header all ids but the first are scored");
    }
    StringBuilder line = new StringBuilder(6 * window.length);
    if (header.isPresent()) {
      line.append(scored).append(':');
    }
    for (int id : window) {
      line.append(id).append(' ');
    }
    line.setLength(line.length() - 1);
    line(line.toString());
    windows = Math.addExact(windows, 1);
    shortest = Math.min(shortest, window.length);
    longest = Math.max(longest, window.length);
    ids += window.length;
    this.scored += scored;
  }

  private void line(String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    digest.add(bytes);
    draft.write(out -> out.write(bytes));
  }

  /// Whether the file begins with a header.
  @Override
  public boolean hasHeader() {
    return header.isPresent();
  }

  /// The extent of all documents so far.
  public Extent extent() {
    return extent;
  }

  /// Windows so far.
  @Override
  public int windows() {
    return windows;
  }

  /// Ids of the shortest window so far.
  public int shortest() {
    return shortest;
  }

  /// Ids of the longest window so far.
  public int longest() {
    return longest;
  }

  /// Ids of all windows so far.
  public long ids() {
    return ids;
  }

  /// Scored ids of all windows so far.
  public long scored() {
    return scored;
  }

  /// Makes the file what it was meant to be.
  ///
  /// @return its digest
  public String commit() {
    draft.commit();
    return digest.hex();
  }

  @Override
  public void close() {
    draft.close();
  }
}
