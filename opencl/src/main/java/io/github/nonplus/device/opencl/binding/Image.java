package io.github.nonplus.device.opencl.binding;

import org.lwjgl.opencl.CL10;

/// Device memory seen as a row of pixels of four floats, which are read through the texture cache.
public final class Image implements AutoCloseable {
  final long id;
  private boolean closed;

  Image(long id) {
    this.id = id;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      CL10.clReleaseMemObject(id);
    }
  }
}
