package io.github.nonplus.device.opencl.binding;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/// Commands of one device, carried out in the order in which they are given.
public final class Queue implements AutoCloseable {
  /// Bytes of one transfer.
  private static final long PIECE = 64L << 20;

  private final long id;
  private final Commands commands;
  private boolean closed;

  Queue(long id, Commands commands) {
    this.id = id;
    this.commands = commands;
  }

  /// Copies numbers to the device, to byte 0 on, and waits until they are there.
  public void write(Memory memory, int[] values, int count) {
    memory.requireInside(0, 4L * count);
    if (count > 0) {
      IntBuffer buffer = MemoryUtil.memAllocInt(count);
      try {
        buffer.put(0, values, 0, count);
        Status.check("clEnqueueWriteBuffer", commands.write(id, memory.id, buffer));
      } finally {
        MemoryUtil.memFree(buffer);
      }
    }
  }

  /// Copies numbers to the device, to byte 0 on, while the host goes on: they may change at once.
  public void send(Memory memory, int[] values, int count) {
    memory.requireInside(0, 4L * count);
    if (count > 0) {
      memory.staging(commands).send(id, memory.id, values, count);
    }
  }

  /// Begins to read the first `count` floats as they will be once all is done that was given
  /// before.
  public Pending fetch(Memory memory, int count) {
    memory.requireInside(0, 4L * count);
    FloatBuffer buffer = MemoryUtil.memAllocFloat(count);
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer event = stack.callocPointer(1);
      Status.check("clEnqueueReadBuffer", commands.fetch(id, memory.id, buffer, event));
      Status.check("clFlush", commands.flush(id));
      return new Pending(commands, buffer, event.get(0));
    } catch (RuntimeException e) {
      MemoryUtil.memFree(buffer);
      throw e;
    }
  }

  /// Copies numbers to the device, to byte 0 on.
  public void write(Memory memory, float[] values) {
    memory.requireInside(0, 4L * values.length);
    if (values.length > 0) {
      FloatBuffer buffer = MemoryUtil.memAllocFloat(values.length);
      try {
        buffer.put(0, values);
        Status.check("clEnqueueWriteBuffer", commands.write(id, memory.id, buffer));
      } finally {
        MemoryUtil.memFree(buffer);
      }
    }
  }

  /// Begins to copy bytes to the device, to byte 0 on. They must stay as they are until [#finish].
  public void upload(Memory memory, MemorySegment bytes) {
    upload(memory, 0, bytes);
  }

  /// The same to byte `at` on.
  public void upload(Memory memory, long at, MemorySegment bytes) {
    memory.requireInside(at, bytes.byteSize());
    for (long from = 0; from < bytes.byteSize(); from += PIECE) {
      MemorySegment piece = bytes.asSlice(from, Math.min(PIECE, bytes.byteSize() - from));
      if (piece.isNative()) {
        write(memory, at + from, piece.asByteBuffer(), false);
      } else {
        ByteBuffer copy = MemoryUtil.memAlloc((int) piece.byteSize());
        try {
          MemorySegment.ofBuffer(copy).copyFrom(piece);
          write(memory, at + from, copy, true);
        } finally {
          MemoryUtil.memFree(copy);
        }
      }
    }
  }

  private void write(Memory memory, long offset, ByteBuffer bytes, boolean waits) {
    Status.check("clEnqueueWriteBuffer", commands.write(id, memory.id, waits, offset, bytes));
  }

  /// Waits for all that was given before and reads floats from index `from` on.
  public float[] read(Memory memory, long from, int count) {
    float[] values = new float[count];
    read(memory, from, count, values, 0);
    return values;
  }

  /// The same into `values`, from index `at` on.
  public void read(Memory memory, long from, int count, float[] values, int at) {
    memory.requireInside(4 * from, 4L * count);
    if (count > 0) {
      FloatBuffer buffer = MemoryUtil.memAllocFloat(count);
      try {
        Status.check("clEnqueueReadBuffer", commands.read(id, memory.id, 4 * from, buffer));
        buffer.get(0, values, at, count);
      } finally {
        MemoryUtil.memFree(buffer);
      }
    }
  }

  /// Waits for all that was given before and reads float16 numbers from index `from` on.
  public short[] readHalves(Memory memory, long from, int count) {
    memory.requireInside(2 * from, 2L * count);
    short[] values = new short[count];
    if (count > 0) {
      ShortBuffer buffer = MemoryUtil.memAllocShort(count);
      try {
        Status.check("clEnqueueReadBuffer", commands.read(id, memory.id, 2 * from, buffer));
        buffer.get(0, values);
      } finally {
        MemoryUtil.memFree(buffer);
      }
    }
    return values;
  }

  /// Makes bytes from byte `at` on 0, both multiples of 4.
  public void zero(Memory memory, long at, long bytes) {
    memory.requireInside(at, bytes);
    if (bytes > 0) {
      Status.check("clEnqueueFillBuffer", commands.zero(id, memory.id, at, bytes));
    }
  }

  /// Copies bytes within a memory, between places that do not overlap.
  public void copy(Memory memory, long from, long to, long bytes) {
    memory.requireInside(from, bytes);
    memory.requireInside(to, bytes);
    if (bytes > 0) {
      Status.check("clEnqueueCopyBuffer", commands.copy(id, memory.id, from, to, bytes));
    }
  }

  /// Starts work-groups of `x` × `y` work-items, `groupsX` × `groupsY` of them; none if there are
  /// none.
  public void launch(Arguments arguments, long x, long y, long groupsX, long groupsY) {
    if (groupsX == 0 || groupsY == 0) {
      return;
    }
    arguments.requireAll();
    arguments.kernel().requireWorkGroup(x * y);
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer global = stack.pointers(x * groupsX, y * groupsY);
      PointerBuffer local = stack.pointers(x, y);
      Status.check(
          "clEnqueueNDRangeKernel for %s (%d x %d work-groups of %d x %d)"
              .formatted(arguments.kernel().name(), groupsX, groupsY, x, y),
          commands.launch(id, arguments.kernel().id, global, local));
    }
  }

  /// Waits until everything is done.
  public void finish() {
    Status.check("clFinish", commands.finish(id));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      commands.finish(id);
      commands.release(id);
    }
  }
}
