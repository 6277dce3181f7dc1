package io.github.nonplus.device.opencl.binding;

import io.github.nonplus.failure.DeviceException;
import java.util.Map;

/// What OpenCL's calls answer.
final class Status {
  static final int SUCCESS = 0;
  static final int BUILD_PROGRAM_FAILURE = -11;
  static final int PLATFORM_NOT_FOUND = -1001;
  static final int DEVICE_NOT_FOUND = -1;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(-1, "CL_DEVICE_NOT_FOUND"),
          Map.entry(-2, "CL_DEVICE_NOT_AVAILABLE"),
          Map.entry(-3, "CL_COMPILER_NOT_AVAILABLE"),
          Map.entry(-4, "CL_MEM_OBJECT_ALLOCATION_FAILURE"),
          Map.entry(-5, "CL_OUT_OF_RESOURCES"),
          Map.entry(-6, "CL_OUT_OF_HOST_MEMORY"),
          Map.entry(-11, "CL_BUILD_PROGRAM_FAILURE"),
          Map.entry(-14, "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST"),
          Map.entry(-30, "CL_INVALID_VALUE"),
          Map.entry(-33, "CL_INVALID_DEVICE"),
          Map.entry(-34, "CL_INVALID_CONTEXT"),
          Map.entry(-36, "CL_INVALID_COMMAND_QUEUE"),
          Map.entry(-38, "CL_INVALID_MEM_OBJECT"),
          Map.entry(-42, "CL_INVALID_BINARY"),
          Map.entry(-43, "CL_INVALID_BUILD_OPTIONS"),
          Map.entry(-44, "CL_INVALID_PROGRAM"),
          Map.entry(-45, "CL_INVALID_PROGRAM_EXECUTABLE"),
          Map.entry(-46, "CL_INVALID_KERNEL_NAME"),
          Map.entry(-48, "CL_INVALID_KERNEL"),
          Map.entry(-49, "CL_INVALID_ARG_INDEX"),
          Map.entry(-50, "CL_INVALID_ARG_VALUE"),
          Map.entry(-51, "CL_INVALID_ARG_SIZE"),
          Map.entry(-52, "CL_INVALID_KERNEL_ARGS"),
          Map.entry(-54, "CL_INVALID_WORK_GROUP_SIZE"),
          Map.entry(-55, "CL_INVALID_WORK_ITEM_SIZE"),
          Map.entry(-59, "CL_INVALID_OPERATION"),
          Map.entry(-61, "CL_INVALID_BUFFER_SIZE"),
          Map.entry(-63, "CL_INVALID_GLOBAL_WORK_SIZE"),
          Map.entry(-1001, "CL_PLATFORM_NOT_FOUND_KHR"));

  private Status() {}

  /// Goes on only if the call did what it was asked.
  ///
  /// @param call its name: `clCreateBuffer`
  /// @throws DeviceException otherwise
  static void check(String call, int status) {
    if (status != SUCCESS) {
      throw new DeviceException(sentence(call, status));
    }
  }

  /// The failure of a call, as a sentence.
  static String sentence(String call, int status) {
    String advice =
        switch (status) {
          case -4, -5, -6 ->
              "the device is out of memory or of another resource: use smaller batches, or close"
                  + " what else runs on it";
          case -2, -14, -36, -34, -9999 ->
              "the device was lost or a kernel crashed on it: start again, and update the driver if"
                  + " it happens again";
          case -54, -55 -> "a kernel asks for a larger work-group than the device gives it";
          default -> "update the device's driver, or use --device cpu";
        };
    return "OpenCL's %s failed with %s (%d); %s".formatted(call, name(status), status, advice);
  }

  /// OpenCL's word for a status.
  static String name(int status) {
    return NAMES.getOrDefault(status, "an error of the driver's own");
  }
}
