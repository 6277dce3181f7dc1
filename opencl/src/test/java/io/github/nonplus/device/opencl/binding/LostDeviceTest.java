package io.github.nonplus.device.opencl.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.DeviceException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Devices that fail in the middle of their work, which no healthy one does on demand.
class LostDeviceTest {
  /// A device whose every command ends in one status.
  private record Failing(int status) implements Commands {
    @Override
    public int write(long queue, long memory, IntBuffer values) {
      return status;
    }

    @Override
    public int read(long queue, long memory, long offset, FloatBuffer values) {
      return status;
    }

    @Override
    public int finish(long queue) {
      return status;
    }

    @Override
    public void release(long queue) {}
  }

  @ParameterizedTest
  @CsvSource({
    "-36,   CL_INVALID_COMMAND_QUEUE",
    "-34,   CL_INVALID_CONTEXT",
    "-14,   CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST",
    "-2,    CL_DEVICE_NOT_AVAILABLE",
    "-9999, an error of the driver's own",
  })
  void aDeviceThatIsLostIsSaidToBeLost(int status, String name) {
    fails(
        status,
        "failed with %s (%d); the device was lost or a kernel crashed on it: start again, and"
                .formatted(name, status)
            + " update the driver if it happens again");
  }

  @ParameterizedTest
  @CsvSource({
    "-4, CL_MEM_OBJECT_ALLOCATION_FAILURE",
    "-5, CL_OUT_OF_RESOURCES",
    "-6, CL_OUT_OF_HOST_MEMORY"
  })
  void aDriverThatFindsNoMemoryWhenItIsNeededSaysSo(int status, String name) {
    fails(
        status,
        "failed with %s (%d); the device is out of memory or of another resource: use smaller"
                .formatted(name, status)
            + " batches, or close what else runs on it");
  }

  private static void fails(int status, String sentence) {
    Memory memory = new Memory(0, 100);
    Queue queue = new Queue(0, new Failing(status));
    assertThatThrownBy(() -> queue.write(memory, new int[3], 3))
        .isInstanceOf(DeviceException.class)
        .hasMessage("OpenCL's clEnqueueWriteBuffer " + sentence);
    assertThatThrownBy(() -> queue.read(memory, 0, 3))
        .isInstanceOf(DeviceException.class)
        .hasMessage("OpenCL's clEnqueueReadBuffer " + sentence);
    assertThatThrownBy(queue::finish)
        .isInstanceOf(DeviceException.class)
        .hasMessage("OpenCL's clFinish " + sentence);
    assertThatCode(queue::close).doesNotThrowAnyException();
  }

  @Test
  void aWorkGroupBeyondWhatTheDeviceHasRegistersForIsRefusedBeforeItIsLaunched() {
    Kernel kernel = new Kernel(0, "matmul.cl", new KernelFacts(0, 128, 0, 0));
    Queue queue = new Queue(0, new Failing(0));
    assertThatThrownBy(() -> queue.launch(new Arguments(kernel), 16, 16, 1, 1))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "the kernel file matmul.cl runs in work-groups of 256 work-items, but this device can"
                + " give it only 128; use other kernels (--kernels), or --device cpu");
  }

  @Test
  void everyStatusHasASentence() {
    for (int status : new int[] {-1, -11, -30, -52, -54, -61, 42}) {
      assertThat(Status.sentence("clSomething", status))
          .startsWith("OpenCL's clSomething failed with ")
          .contains("(" + status + "); ");
    }
  }
}
