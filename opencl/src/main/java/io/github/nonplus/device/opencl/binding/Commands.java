package io.github.nonplus.device.opencl.binding;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import org.lwjgl.PointerBuffer;
import org.lwjgl.opencl.CL10;
import org.lwjgl.opencl.CL12;
import org.lwjgl.system.MemoryStack;

/// The calls that give a queue its commands. They are where a device is found to be lost, so that a
/// test can put a device in their place that is.
interface Commands {
  /// Those of the system's OpenCL.
  Commands OPENCL = new Commands() {};

  default int write(long queue, long memory, boolean waits, long offset, ByteBuffer bytes) {
    return CL10.clEnqueueWriteBuffer(queue, memory, waits, offset, bytes, null, null);
  }

  default int write(long queue, long memory, IntBuffer values) {
    return CL10.clEnqueueWriteBuffer(queue, memory, true, 0, values, null, null);
  }

  default int write(long queue, long memory, FloatBuffer values) {
    return CL10.clEnqueueWriteBuffer(queue, memory, true, 0, values, null, null);
  }

  default int read(long queue, long memory, long offset, FloatBuffer values) {
    return CL10.clEnqueueReadBuffer(queue, memory, true, offset, values, null, null);
  }

  default int read(long queue, long memory, long offset, ShortBuffer values) {
    return CL10.clEnqueueReadBuffer(queue, memory, true, offset, values, null, null);
  }

  default int zero(long queue, long memory, long offset, long bytes) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      return CL12.clEnqueueFillBuffer(queue, memory, stack.calloc(4), offset, bytes, null, null);
    }
  }

  default int copy(long queue, long memory, long from, long to, long bytes) {
    return CL10.clEnqueueCopyBuffer(queue, memory, memory, from, to, bytes, null, null);
  }

  default int launch(long queue, long kernel, PointerBuffer global, PointerBuffer local) {
    return CL10.clEnqueueNDRangeKernel(queue, kernel, 2, null, global, local, null, null);
  }

  default int finish(long queue) {
    return CL10.clFinish(queue);
  }

  default void release(long queue) {
    CL10.clReleaseCommandQueue(queue);
  }
}
