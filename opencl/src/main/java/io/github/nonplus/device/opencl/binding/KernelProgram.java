package io.github.nonplus.device.opencl.binding;

import io.github.nonplus.failure.DeviceException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lwjgl.PointerBuffer;
import org.lwjgl.opencl.CL10;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/// A built program with its one kernel.
public final class KernelProgram implements AutoCloseable {
  /// Far more than any kernel here takes.
  private static final long LARGEST = 64L << 20;

  private static final int LOG_LINES = 6;

  private final long id;
  private final Kernel kernel;
  private boolean closed;

  private KernelProgram(long id, Kernel kernel) {
    this.id = id;
    this.kernel = kernel;
  }

  static KernelProgram built(String name, long program, long device, String options) {
    int status = CL10.clBuildProgram(program, device, options, null, 0);
    if (status != Status.SUCCESS) {
      String log = log(program, device);
      CL10.clReleaseProgram(program);
      throw new DeviceException(
          "the kernel file %s does not build on this device with the options %s (%s): %s"
              .formatted(name, options, Status.name(status), log));
    }
    return of(name, program, device);
  }

  static Optional<KernelProgram> loaded(
      String name, Context context, long device, byte[] binary, String options) {
    ByteBuffer bytes = MemoryUtil.memAlloc(Math.max(1, binary.length));
    try (MemoryStack stack = MemoryStack.stackPush()) {
      bytes.put(0, binary);
      IntBuffer one = stack.callocInt(1);
      IntBuffer status = stack.callocInt(1);
      long program =
          CL10.clCreateProgramWithBinary(context.id, stack.pointers(device), bytes, one, status);
      if (status.get(0) != Status.SUCCESS || one.get(0) != Status.SUCCESS) {
        return Optional.empty();
      }
      if (CL10.clBuildProgram(program, device, options, null, 0) != Status.SUCCESS) {
        CL10.clReleaseProgram(program);
        return Optional.empty();
      }
      return Optional.of(of(name, program, device));
    } finally {
      MemoryUtil.memFree(bytes);
    }
  }

  /// The same program, whose kernel runs in work-groups of so many work-items.
  KernelProgram ofWorkGroup(int items) {
    return new KernelProgram(id, kernel.ofWorkGroup(items));
  }

  private static KernelProgram of(String name, long program, long device) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer kernels = stack.mallocPointer(1);
      IntBuffer count = stack.callocInt(1);
      Status.check(
          "clCreateKernelsInProgram", CL10.clCreateKernelsInProgram(program, kernels, count));
      Kernel kernel = new Kernel(kernels.get(0), name, KernelFacts.of(kernels.get(0), device));
      return new KernelProgram(program, kernel);
    }
  }

  private static String log(long program, long device) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer size = stack.callocPointer(1);
      CL10.clGetProgramBuildInfo(
          program, device, CL10.CL_PROGRAM_BUILD_LOG, (ByteBuffer) null, size);
      ByteBuffer bytes = MemoryUtil.memCalloc(Math.clamp(size.get(0), 1, 1 << 20));
      try {
        CL10.clGetProgramBuildInfo(program, device, CL10.CL_PROGRAM_BUILD_LOG, bytes, null);
        return MemoryUtil.memUTF8(bytes)
            .lines()
            .map(line -> line.replace("\0", "").strip())
            .filter(line -> !line.isEmpty())
            .limit(LOG_LINES)
            .collect(Collectors.joining(" | "));
      } finally {
        MemoryUtil.memFree(bytes);
      }
    }
  }

  public Kernel kernel() {
    return kernel;
  }

  /// What the driver made of it; empty if it does not tell.
  public Optional<byte[]> binary() {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer size = stack.callocPointer(1);
      int status = CL10.clGetProgramInfo(id, CL10.CL_PROGRAM_BINARY_SIZES, size, null);
      if (status != Status.SUCCESS || size.get(0) <= 0 || size.get(0) > LARGEST) {
        return Optional.empty();
      }
      ByteBuffer bytes = MemoryUtil.memAlloc((int) size.get(0));
      try {
        PointerBuffer target = stack.pointers(bytes);
        if (CL10.clGetProgramInfo(id, CL10.CL_PROGRAM_BINARIES, target, null) != Status.SUCCESS) {
          return Optional.empty();
        }
        byte[] binary = new byte[bytes.remaining()];
        bytes.get(0, binary);
        return Optional.of(binary);
      } finally {
        MemoryUtil.memFree(bytes);
      }
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      kernel.release();
      CL10.clReleaseProgram(id);
    }
  }
}
