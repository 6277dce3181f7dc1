package io.github.nonplus.device.opencl.binding;

import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.files.CacheDirectory;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Scratch;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lwjgl.PointerBuffer;
import org.lwjgl.opencl.CL;
import org.lwjgl.opencl.CL10;
import org.lwjgl.system.Configuration;
import org.lwjgl.system.MemoryStack;

/// OpenCL's loader (libOpenCL, "ICD loader"), which knows the installed drivers, and through it
/// their devices.
public final class OpenClLoader {
  private static boolean loaded;

  private OpenClLoader() {}

  /// All devices of all platforms, in the drivers' order: number N is `opencl:N`.
  ///
  /// @throws DeviceException saying what is missing and how to get it, if there is none
  public static synchronized List<ComputeDevice> devices() {
    if (!loaded) {
      DriverProbe.ofUser(find()).require();
    }
    return asked();
  }

  /// The same without a look at what becomes of a process that asks.
  static synchronized List<ComputeDevice> asked() {
    try (SignalHandlers _ = SignalHandlers.keep()) {
      load();
      return found();
    }
  }

  private static List<ComputeDevice> found() {
    List<ComputeDevice> devices = new ArrayList<>();
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer count = stack.mallocInt(1);
      int status = CL10.clGetPlatformIDs(null, count);
      if (status != Status.PLATFORM_NOT_FOUND) {
        Status.check("clGetPlatformIDs", status);
        PointerBuffer platforms = stack.mallocPointer(Math.max(1, count.get(0)));
        Status.check("clGetPlatformIDs", CL10.clGetPlatformIDs(platforms, count));
        for (int i = 0; i < count.get(0); i++) {
          devices.addAll(devices(platforms.get(i)));
        }
      }
    }
    if (devices.isEmpty()) {
      throw new DeviceException(
          "OpenCL's loader is installed, but no driver with a device: install the driver of your"
              + " GPU, or PoCL, which computes on the processor ("
              + (system().contains("linux") ? "apt-get install pocl-opencl-icd" : "portablecl.org")
              + ")");
    }
    return List.copyOf(devices);
  }

  private static List<ComputeDevice> devices(long platform) {
    List<ComputeDevice> devices = new ArrayList<>();
    try (MemoryStack stack = MemoryStack.stackPush()) {
      IntBuffer count = stack.mallocInt(1);
      int status = CL10.clGetDeviceIDs(platform, CL10.CL_DEVICE_TYPE_ALL, null, count);
      if (status == Status.DEVICE_NOT_FOUND || count.get(0) == 0) {
        return devices;
      }
      Status.check("clGetDeviceIDs", status);
      PointerBuffer ids = stack.mallocPointer(count.get(0));
      Status.check(
          "clGetDeviceIDs",
          CL10.clGetDeviceIDs(platform, CL10.CL_DEVICE_TYPE_ALL, ids, (IntBuffer) null));
      for (int i = 0; i < ids.capacity(); i++) {
        devices.add(new ComputeDevice(ids.get(i), DeviceQueries.facts(platform, ids.get(i))));
      }
    }
    return devices;
  }

  private static void load() {
    if (loaded) {
      return;
    }
    String name = find();
    // LWJGL would otherwise use sun.misc.Unsafe, of which the JDK warns, and advise on its own.
    Configuration.MEMORY_BACKEND.set("ffm");
    Configuration.OPENCL_EXPLICIT_INIT.set(true);
    Configuration.DEBUG_STREAM.set(new PrintStream(OutputStream.nullOutputStream(), false));
    try {
      // It would otherwise unpack its library where temporary files are.
      Configuration.SHARED_LIBRARY_EXTRACT_PATH.set(Scratch.forLibraries().toString());
      CL.create(name);
    } catch (IOException e) {
      throw new DeviceException(
          "OpenCL cannot be used, because its library cannot be unpacked into %s (%s); name another cache with NONPLUS_JAVA_OPTIONS=-Dnonplus.cache=DIR"
              .formatted(CacheDirectory.ofUser(), Reason.of(e)),
          e);
    } catch (UnsatisfiedLinkError | IllegalStateException e) {
      throw new DeviceException(
          "%s was found but cannot be used (%s); install OpenCL again: %s"
              .formatted(name, e.getMessage(), advice()),
          e);
    }
    loaded = true;
  }

  /// The loader's name, where the system finds it.
  @SuppressWarnings("restricted") // a library is loaded here, on purpose
  private static String find() {
    for (String name : names()) {
      try (Arena arena = Arena.ofConfined()) {
        SymbolLookup.libraryLookup(name, arena);
        return name;
      } catch (IllegalArgumentException e) {
        // not under this name
      }
    }
    throw new DeviceException(
        "there is no OpenCL on this machine (looked for %s where the system keeps libraries);"
                .formatted(String.join(", ", names()))
            + " to install it: "
            + advice());
  }

  private static List<String> names() {
    if (system().contains("win")) {
      return List.of("OpenCL.dll");
    }
    if (system().contains("mac")) {
      return List.of("/System/Library/Frameworks/OpenCL.framework/OpenCL", "libOpenCL.dylib");
    }
    return List.of(
        "libOpenCL.so.1",
        "libOpenCL.so",
        "/system/vendor/lib64/libOpenCL.so",
        "libOpenCL_system.so");
  }

  private static String advice() {
    if (system().contains("win")) {
      return "the driver of your GPU brings it";
    }
    if (system().contains("mac")) {
      return "macOS brings it; 'brew install pocl' adds a driver for the processor";
    }
    return "the driver of your GPU brings it, or, on Debian and Ubuntu, 'apt-get install"
        + " ocl-icd-libopencl1 pocl-opencl-icd' (PoCL, computes on the processor)";
  }

  private static String system() {
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    return name.contains("darwin") ? "mac" : name;
  }
}
