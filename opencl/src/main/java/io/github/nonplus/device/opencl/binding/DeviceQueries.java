package io.github.nonplus.device.opencl.binding;

import io.github.nonplus.device.opencl.binding.DeviceFacts.Kind;
import java.nio.ByteBuffer;
import java.util.Set;
import org.lwjgl.PointerBuffer;
import org.lwjgl.opencl.CL10;
import org.lwjgl.opencl.CL11;
import org.lwjgl.opencl.CL12;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;

/// Reads a device's facts.
final class DeviceQueries {
  /// Far more than any driver's list of extensions.
  private static final long LONGEST = 1 << 16;

  /// Of `cl_nv_device_attribute_query`.
  private static final int COMPUTE_CAPABILITY_MAJOR = 0x4000;

  private static final int COMPUTE_CAPABILITY_MINOR = 0x4001;

  private DeviceQueries() {}

  static DeviceFacts facts(long platform, long device) {
    long type = number(device, CL10.CL_DEVICE_TYPE);
    Set<String> extensions = DriverText.words(text(device, CL10.CL_DEVICE_EXTENSIONS));
    long single = number(device, CL10.CL_DEVICE_SINGLE_FP_CONFIG);
    return new DeviceFacts(
        platformText(platform),
        text(device, CL10.CL_DEVICE_NAME),
        text(device, CL10.CL_DEVICE_VENDOR),
        (type & CL10.CL_DEVICE_TYPE_GPU) != 0
            ? Kind.GPU
            : (type & CL10.CL_DEVICE_TYPE_CPU) != 0 ? Kind.CPU : Kind.ACCELERATOR,
        text(device, CL10.CL_DEVICE_VERSION),
        text(device, CL10.CL_DRIVER_VERSION),
        (int) number(device, CL10.CL_DEVICE_MAX_COMPUTE_UNITS),
        number(device, CL10.CL_DEVICE_GLOBAL_MEM_SIZE),
        number(device, CL10.CL_DEVICE_MAX_MEM_ALLOC_SIZE),
        number(device, CL10.CL_DEVICE_LOCAL_MEM_SIZE),
        (int) Math.min(Integer.MAX_VALUE, number(device, CL10.CL_DEVICE_MAX_WORK_GROUP_SIZE)),
        (int) number(device, CL11.CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT),
        (single & CL11.CL_FP_SOFT_FLOAT) == 0 && (single & CL10.CL_FP_FMA) != 0,
        (single & CL12.CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0,
        number(device, CL10.CL_DEVICE_COMPILER_AVAILABLE) != 0,
        number(device, CL10.CL_DEVICE_IMAGE_SUPPORT) != 0,
        computeCapability(device, extensions),
        extensions);
  }

  private static int computeCapability(long device, Set<String> extensions) {
    return extensions.contains("cl_nv_device_attribute_query")
        ? (int)
            (10 * number(device, COMPUTE_CAPABILITY_MAJOR)
                + number(device, COMPUTE_CAPABILITY_MINOR))
        : 0;
  }

  private static String text(long device, int query) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer size = stack.mallocPointer(1);
      Status.check("clGetDeviceInfo", CL10.clGetDeviceInfo(device, query, (ByteBuffer) null, size));
      ByteBuffer bytes = MemoryUtil.memAlloc((int) Math.clamp(size.get(0), 1, LONGEST));
      try {
        Status.check("clGetDeviceInfo", CL10.clGetDeviceInfo(device, query, bytes, null));
        return DriverText.of(bytes);
      } finally {
        MemoryUtil.memFree(bytes);
      }
    }
  }

  private static String platformText(long platform) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      PointerBuffer size = stack.mallocPointer(1);
      Status.check(
          "clGetPlatformInfo",
          CL10.clGetPlatformInfo(platform, CL10.CL_PLATFORM_NAME, (ByteBuffer) null, size));
      ByteBuffer bytes = stack.malloc(Math.clamp(size.get(0), 1, 4096));
      Status.check(
          "clGetPlatformInfo",
          CL10.clGetPlatformInfo(platform, CL10.CL_PLATFORM_NAME, bytes, null));
      return DriverText.of(bytes);
    }
  }

  /// A number of any width up to 64 bits.
  private static long number(long device, int query) {
    try (MemoryStack stack = MemoryStack.stackPush()) {
      ByteBuffer bytes = stack.calloc(8);
      Status.check("clGetDeviceInfo", CL10.clGetDeviceInfo(device, query, bytes, null));
      return bytes.getLong(0);
    }
  }
}
