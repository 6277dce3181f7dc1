package io.github.nonplus.device.opencl.binding;

import java.util.Locale;
import org.lwjgl.opencl.CL10;

/// A piece of a device's memory.
public final class Memory implements AutoCloseable {
  final long id;
  private final long bytes;
  private boolean closed;

  Memory(long id, long bytes) {
    this.id = id;
    this.bytes = bytes;
  }

  public long bytes() {
    return bytes;
  }

  /// A number of bytes, for people: `4.7 GB`.
  public static String size(long bytes) {
    return bytes >= 1_000_000_000
        ? "%.1f GB".formatted(bytes / 1e9)
        : bytes >= 1_000_000
            ? "%.0f MB".formatted(bytes / 1e6)
            : String.format(Locale.ROOT, "%d bytes", bytes);
  }

  /// Refuses what does not lie inside.
  void requireInside(long offset, long length) {
    java.util.Objects.checkFromIndexSize(offset, length, bytes);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      CL10.clReleaseMemObject(id);
    }
  }
}
