package io.github.nonplus.device.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.GivenWeights;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.program.rotation.DefaultRotation;
import io.github.nonplus.program.rotation.DynamicRotation;
import io.github.nonplus.program.rotation.Rotation;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionTest implements OpenClRequired {
  private static final int VOCABULARY = 61;

  /// Float32 sums of up to 70 terms below 1, in another order: some units of 6e-8.
  private static final float TOLERANCE = 2e-6f;

  @ParameterizedTest(name = "{0}: heads of {1}")
  @CsvSource({
    "portable-cpu, 32",
    "portable-cpu, 36",
    "portable-cpu, 128",
    "portable-cpu, 256",
    "portable-gpu, 64",
    "portable-gpu, 256",
    "adreno-android, 128"
  })
  void equalsTheCpuOnRaggedWindows(String kernels, int headSize) {
    Batch batch = OnDevice.batch(VOCABULARY, 2, 33, 17, 70, 16, 5);
    compare(kernels, headSize, batch, RowSpace.TOKENS, new DefaultRotation(10_000));
  }

  @Test
  void onlyTheSelectedRowsAttend() {
    Batch batch = OnDevice.batch(VOCABULARY, 19, 40, 2);
    compare("portable-cpu", 32, batch, RowSpace.SELECTED, new DefaultRotation(10_000));
  }

  @Test
  void aRotationMayDependOnTheWindow() {
    Batch batch = OnDevice.batch(VOCABULARY, 19, 40, 19);
    compare("portable-cpu", 32, batch, RowSpace.TOKENS, new DynamicRotation(10_000, 4, 16));
  }

  @Test
  void aRowsBitsDoNotDependOnWhatElseIsInTheBatch() {
    try (OnDevice device = OnDevice.opencl("portable-gpu")) {
      List<Operation> program = program(64, RowSpace.TOKENS, new DefaultRotation(10_000));
      int[] window = new int[45];
      Arrays.setAll(window, i -> i * 11 % VOCABULARY);
      float[] alone = device.output(program, weights(64), Batch.scoring(List.of(window)));
      int[] other = Arrays.copyOf(window, 13);
      float[] together =
          device.output(program, weights(64), Batch.scoring(List.of(other, window, other)));
      int width = alone.length / window.length;
      assertThat(Arrays.copyOfRange(together, 13 * width, (13 + 45) * width)).isEqualTo(alone);
    }
  }

  private static void compare(
      String kernels, int headSize, Batch batch, RowSpace rows, Rotation rotation) {
    List<Operation> program = program(headSize, rows, rotation);
    try (OnDevice device = OnDevice.opencl(kernels);
        OnDevice definition = OnDevice.definition()) {
      float[] found = device.output(program, weights(headSize), batch);
      float[] expected = definition.output(program, weights(headSize), batch);
      assertThat(found).hasSameSizeAs(expected).isNotEmpty();
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).as("element %d", i).isCloseTo(expected[i], within(TOLERANCE));
      }
    }
  }

  /// Four query heads on two key heads, side by side in one buffer.
  private static List<Operation> program(int size, RowSpace rows, Rotation rotation) {
    Buffer all = new Buffer("all", RowSpace.TOKENS, 8 * size);
    View query = new View(all, 0, 4 * size);
    View key = new View(all, 4 * size, 2 * size);
    View value = new View(all, 6 * size, 2 * size);
    return List.of(
        Embed.tokens(Parameter.matrix("table", VOCABULARY, 8 * size), all),
        Rotate.whole(query, size, rotation),
        Rotate.whole(key, size, rotation),
        Attend.causal(
            query, key, value, size, 40 / Math.sqrt(size), new Buffer("out", rows, 4 * size)));
  }

  private static GivenWeights weights(int size) {
    return new GivenWeights().withFloats("table", VOCABULARY, 8 * size);
  }
}
