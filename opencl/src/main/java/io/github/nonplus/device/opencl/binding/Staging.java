package io.github.nonplus.device.opencl.binding;

import java.nio.IntBuffer;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/// Numbers on their way to a device's memory while the host goes on. There are two buffers, which
/// take turns: the next batch's numbers are put down while the device still takes the last one's.
final class Staging implements AutoCloseable {
  private final IntBuffer[] buffers;
  private final long[] events = new long[2];
  private final Commands commands;
  private int current;

  Staging(int ints, Commands commands) {
    this.buffers = new IntBuffer[] {MemoryUtil.memAllocInt(ints), MemoryUtil.memAllocInt(ints)};
    this.commands = commands;
  }

  /// Waits for what this buffer brought before, if the device has not taken it yet.
  void send(long queue, long memory, int[] values, int count) {
    current = 1 - current;
    await(current);
    IntBuffer buffer = buffers[current];
    buffer.clear().limit(count);
    buffer.put(0, values, 0, count);
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer event = stack.callocPointer(1);
      Status.check("clEnqueueWriteBuffer", commands.send(queue, memory, buffer, event));
      events[current] = event.get(0);
    }
  }

  private void await(int which) {
    long event = events[which];
    events[which] = 0;
    if (event != 0) {
      Status.check("clWaitForEvents", commands.await(event));
    }
  }

  /// What was sent must have arrived, or never will.
  @Override
  public void close() {
    for (int i = 0; i < 2; i++) {
      if (events[i] != 0) {
        commands.await(events[i]); // of a lost device it fails at once
        events[i] = 0;
      }
      MemoryUtil.memFree(buffers[i]);
    }
  }
}
