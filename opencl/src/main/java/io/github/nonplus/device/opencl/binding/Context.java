package io.github.nonplus.device.opencl.binding;

import io.github.nonplus.failure.DeviceException;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lwjgl.opencl.CL10;
import org.lwjgl.opencl.CL12;
import org.lwjgl.opencl.CLImageDesc;
import org.lwjgl.opencl.CLImageFormat;
import org.lwjgl.system.MemoryStack;

/// One device in use: memory, programs and queues belong to it, and must be closed before it.
public final class Context implements AutoCloseable {
  private static final Pattern MOST_ITEMS = Pattern.compile("\\.maxntid (\\d{1,4}), 1, 1");

  final long id;
  private final ComputeDevice device;
  private boolean closed;

  private Context(ComputeDevice device, long id) {
    this.device = device;
    this.id = id;
  }

  /// Takes a device into use.
  public static Context of(ComputeDevice device) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.callocInt(1);
      long id = CL10.clCreateContext(null, device.id, null, 0, status);
      Status.check("clCreateContext", status.get(0));
      return new Context(device, id);
    }
  }

  public DeviceFacts facts() {
    return device.facts();
  }

  /// A queue whose commands run in order.
  public Queue queue() {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.callocInt(1);
      long queue = CL10.clCreateCommandQueue(id, device.id, 0, status);
      Status.check("clCreateCommandQueue", status.get(0));
      return new Queue(queue, Commands.OPENCL);
    }
  }

  /// Memory of the device, uninitialized.
  ///
  /// @param purpose for the sentence if there is not enough: `the activations`
  public Memory allocate(long bytes, String purpose) {
    long most = facts().largestAllocation();
    if (bytes > most) {
      throw new DeviceException(
          "%s need %s in one piece, but %s gives at most %s at once; use smaller batches or a"
                  .formatted(purpose, Memory.size(bytes), facts().name(), Memory.size(most))
              + " larger device");
    }
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.callocInt(1);
      long memory = CL10.clCreateBuffer(id, CL10.CL_MEM_READ_WRITE, Math.max(4, bytes), status);
      if (status.get(0) != Status.SUCCESS) {
        throw new DeviceException(
            "%s need %s: %s"
                .formatted(
                    purpose, Memory.size(bytes), Status.sentence("clCreateBuffer", status.get(0))));
      }
      return new Memory(memory, bytes);
    }
  }

  /// Memory as pixels of four floats.
  ///
  /// @param purpose for the sentence if the device has no images that long
  public Image image(Memory memory, String purpose) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      CLImageFormat format =
          CLImageFormat.calloc(stack)
              .image_channel_order(CL10.CL_RGBA)
              .image_channel_data_type(CL10.CL_FLOAT);
      CLImageDesc description =
          CLImageDesc.calloc(stack)
              .image_type(CL12.CL_MEM_OBJECT_IMAGE1D_BUFFER)
              .image_width(memory.bytes() / 16)
              .buffer(memory.id);
      IntBuffer status = stack.callocInt(1);
      long image =
          CL12.clCreateImage(
              id, CL10.CL_MEM_READ_ONLY, format, description, (java.nio.ByteBuffer) null, status);
      if (status.get(0) != Status.SUCCESS) {
        throw new DeviceException(
            "%s need an image of %d pixels, which the device does not give (%s); use smaller batches, or other kernels (--kernels portable-gpu)"
                .formatted(purpose, memory.bytes() / 16, Status.name(status.get(0))));
      }
      return new Image(image);
    }
  }

  /// Builds a program from source.
  ///
  /// @param name of the kernel's file, for the sentence if it does not build
  public KernelProgram build(String name, String source, String options) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer status = stack.callocInt(1);
      long program = CL10.clCreateProgramWithSource(id, source, status);
      Status.check("clCreateProgramWithSource", status.get(0));
      return KernelProgram.built(name, program, device.id, options);
    }
  }

  /// A program from a binary that an equal device once gave; empty if the driver does not take it.
  public Optional<KernelProgram> load(String name, byte[] binary, String options) {
    return KernelProgram.loaded(name, this, device.id, binary, options);
  }

  /// A program from NVIDIA's PTX, which is the binary of a program to their driver; empty if it
  /// does not take it. How many work-items a work-group has, the PTX knows better than the driver,
  /// which takes all of them to need the registers of the neediest.
  public Optional<KernelProgram> loadPtx(String name, String ptx) {
    Matcher items = MOST_ITEMS.matcher(ptx);
    if (!items.find()) {
      throw new IllegalArgumentException(name + " does not say how many work-items it has");
    }
    return KernelProgram.loaded(name, this, device.id, ptx.getBytes(StandardCharsets.US_ASCII), "")
        .map(program -> program.ofWorkGroup(Integer.parseInt(items.group(1))));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      CL10.clReleaseContext(id);
    }
  }
}
