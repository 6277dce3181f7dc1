package io.github.nonplus.device.opencl.binding;

import java.nio.FloatBuffer;
import org.lwjgl.system.MemoryUtil;

/// Numbers on their way from a device. To be taken once.
public final class Pending {
  private final Commands commands;
  private final FloatBuffer buffer;
  private final long event;
  private boolean taken;

  Pending(Commands commands, FloatBuffer buffer, long event) {
    this.commands = commands;
    this.buffer = buffer;
    this.event = event;
  }

  /// Waits for them.
  public float[] take() {
    if (taken) {
      throw new IllegalStateException("taken twice");
    }
    taken = true;
    try {
      Status.check("clEnqueueReadBuffer", commands.await(event));
      float[] values = new float[buffer.remaining()];
      buffer.get(0, values);
      return values;
    } finally {
      MemoryUtil.memFree(buffer);
    }
  }
}
