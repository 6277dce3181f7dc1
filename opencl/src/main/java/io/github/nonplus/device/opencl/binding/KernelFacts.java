package io.github.nonplus.device.opencl.binding;

import java.nio.ByteBuffer;
import org.lwjgl.PointerBuffer;
import org.lwjgl.opencl.CL10;
import org.lwjgl.system.MemoryStack;

/// What a driver says of a kernel that it built.
///
/// @param parameters how many it has
/// @param largestWorkGroup the most work-items that the device has registers for
/// @param givenWorkGroup work-items of the work-group that its source asks for; 0 if it leaves that
///   open
/// @param localMemory bytes that a work-group takes
public record KernelFacts(
    int parameters, long largestWorkGroup, long givenWorkGroup, long localMemory) {
  static KernelFacts of(long kernel, long device) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      ByteBuffer parameters = stack.calloc(4);
      Status.check(
          "clGetKernelInfo",
          CL10.clGetKernelInfo(kernel, CL10.CL_KERNEL_NUM_ARGS, parameters, null));
      PointerBuffer given = stack.callocPointer(3);
      Status.check(
          "clGetKernelWorkGroupInfo",
          CL10.clGetKernelWorkGroupInfo(
              kernel, device, CL10.CL_KERNEL_COMPILE_WORK_GROUP_SIZE, given, null));
      return new KernelFacts(
          parameters.getInt(0),
          number(kernel, device, CL10.CL_KERNEL_WORK_GROUP_SIZE),
          given.get(0) * given.get(1) * given.get(2),
          number(kernel, device, CL10.CL_KERNEL_LOCAL_MEM_SIZE));
    }
  }

  private static long number(long kernel, long device, int query) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      ByteBuffer number = stack.calloc(8);
      Status.check(
          "clGetKernelWorkGroupInfo",
          CL10.clGetKernelWorkGroupInfo(kernel, device, query, number, null));
      return number.getLong(0);
    }
  }
}
