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

  /// Returns at once; `values` must stay until `event` is over.
  default int send(long queue, long memory, IntBuffer values, PointerBuffer event) {
    return CL10.clEnqueueWriteBuffer(queue, memory, false, 0, values, null, event);
  }

  /// Returns at once; `values` are there when `event` is over.
  default int fetch(long queue, long memory, FloatBuffer values, PointerBuffer event) {
    return CL10.clEnqueueReadBuffer(queue, memory, false, 0, values, null, event);
  }

  /// Hands what was given to the device.
  default int flush(long queue) {
    return CL10.clFlush(queue);
  }

  /// Waits until an event is over, and forgets it.
  default int await(long event) {
    int status = CL10.clWaitForEvents(event);
    CL10.clReleaseEvent(event);
    return status;
  }

  default int finish(long queue) {
    return CL10.clFinish(queue);
  }

  default void release(long queue) {
    CL10.clReleaseCommandQueue(queue);
  }
}
