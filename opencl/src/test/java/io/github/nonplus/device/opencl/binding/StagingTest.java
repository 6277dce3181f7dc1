package io.github.nonplus.device.opencl.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.DeviceException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lwjgl.PointerBuffer;

/// What goes to a device and comes from it while the host goes on.
class StagingTest {
  /// A device that takes what it is sent only when somebody waits for it.
  private static final class Slow implements Commands {
    final List<IntBuffer> sent = new ArrayList<>();
    final List<Long> awaited = new ArrayList<>();
    int status;

    @Override
    public int send(long queue, long memory, IntBuffer values, PointerBuffer event) {
      sent.add(values);
      event.put(0, sent.size());
      return status;
    }

    @Override
    public int fetch(long queue, long memory, FloatBuffer values, PointerBuffer event) {
      values.put(0, 0.5f);
      event.put(0, 99);
      return status;
    }

    @Override
    public int flush(long queue) {
      return 0;
    }

    @Override
    public int await(long event) {
      awaited.add(event);
      return status;
    }

    @Override
    public int finish(long queue) {
      return status;
    }

    @Override
    public void release(long queue) {}
  }

  @Test
  void whatIsSentMayChangeAtOnceAndTwoBuffersTakeTurns() {
    Slow device = new Slow();
    try (Staging staging = new Staging(3, device)) {
      int[] values = {1, 2, 3};
      staging.send(0, 0, values, 2);
      values[0] = 7;
      staging.send(0, 0, values, 3);
      assertThat(device.sent.getFirst().remaining()).isEqualTo(2);
      assertThat(device.sent.getFirst().get(0)).isEqualTo(1);
      assertThat(device.sent.get(1).get(0)).isEqualTo(7);
      assertThat(device.awaited).isEmpty();
      staging.send(0, 0, values, 1);
      assertThat(device.awaited).as("its buffer was in use").containsExactly(1L);
    }
    assertThat(device.awaited).as("nothing is freed before it has arrived").contains(2L, 3L);
  }

  @Test
  void whatIsFetchedIsWaitedForWhenItIsTakenAndTakenOnce() {
    Slow device = new Slow();
    Pending pending = new Queue(0, device).fetch(new Memory(0, 4), 1);
    assertThat(device.awaited).isEmpty();
    assertThat(pending.take()).containsExactly(0.5f);
    assertThat(device.awaited).containsExactly(99L);
    assertThatThrownBy(pending::take).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aDeviceThatIsLostMeanwhileIsSaidToBeLost() {
    Slow device = new Slow();
    Pending pending = new Queue(0, device).fetch(new Memory(0, 4), 1);
    device.status = -36;
    assertThatThrownBy(pending::take)
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("the device was lost or a kernel crashed on it");
  }
}
