package io.github.nonplus.device.opencl.binding;

import java.util.Locale;
import org.lwjgl.opencl.CL10;

/// A piece of a device's memory.
public final class Memory implements AutoCloseable {
  final long id;
  private final long bytes;
  private Staging staging;
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

  /// Through which the host sends numbers here.
  Staging staging(Commands commands) {
    if (staging == null) {
      staging = new Staging(Math.toIntExact(bytes / 4), commands);
    }
    return staging;
  }

  /// Refuses what does not lie inside.
  void requireInside(long offset, long length) {
    java.util.Objects.checkFromIndexSize(offset, length, bytes);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (staging != null) {
        staging.close();
      }
      CL10.clReleaseMemObject(id);
    }
  }
}
