package io.github.nonplus.device.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.GivenWeights;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.quantization.Layout;
import io.github.nonplus.quantization.Quantization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreTest implements OpenClRequired {
  private static final int WIDTH = 40;

  /// A float32 logit of up to 4 errs by 5e-7; so may the sum of exponentials.
  private static final double TOLERANCE = 2e-6;

  @ParameterizedTest(name = "{0}: vocabulary of {1} in {2}")
  @CsvSource({
    "portable-cpu, 2, q4f16_1",
    "portable-cpu, 17, q4f16_1",
    "portable-cpu, 1023, q4f16_1",
    "portable-cpu, 1025, q4f16_1",
    "portable-cpu, 3001, q4f16_1",
    "portable-gpu, 5, q4f16_1",
    "portable-gpu, 129, q4f16_1",
    "portable-gpu, 3001, q4f16_1",
    "adreno-windows, 1023, q4f16_0"
  })
  void equalsTheCpuWhateverTheVocabulary(String kernels, int vocabulary, String scheme) {
    GivenWeights weights = weights(vocabulary, scheme);
    Batch batch = OnDevice.batch(vocabulary, 2, 9, 140);
    try (OnDevice device = OnDevice.opencl(kernels);
        OnDevice definition = OnDevice.definition()) {
      double[] found = device.score(program(vocabulary), weights, batch);
      double[] expected = definition.score(program(vocabulary), weights, batch);
      for (int i = 0; i < expected.length; i++) {
        assertThat(found[i]).as("row %d", i).isCloseTo(expected[i], within(TOLERANCE));
      }
    }
  }

  @ParameterizedTest(name = "{0}: vocabulary of {1}")
  @CsvSource({"portable-cpu, 17", "portable-cpu, 3001", "portable-gpu, 5", "portable-gpu, 3001"})
  void logitsAreThoseOfTheCpu(String kernels, int vocabulary) {
    GivenWeights weights = weights(vocabulary, "q4f16_1");
    Batch batch = OnDevice.batch(vocabulary, 2, 9, 140);
    try (OnDevice device = OnDevice.opencl(kernels);
        OnDevice definition = OnDevice.definition()) {
      float[] found = device.logits(program(vocabulary), weights, batch);
      float[] expected = definition.logits(program(vocabulary), weights, batch);
      // the norm before them divides by a square root, which a device may round another way
      for (int i = 0; i < expected.length; i++) {
        assertThat(found[i]).as("logit %d", i).isCloseTo(expected[i], within(1e-6f));
      }
    }
  }

  @Test
  void logitsOfMoreRowsThanATileHoldsAreAllThere() {
    int vocabulary = 200_001; // 41 rows of it fill the tile
    GivenWeights weights = weights(vocabulary, "q4f16_1");
    Batch batch = OnDevice.batch(vocabulary, 45);
    try (OnDevice device = OnDevice.opencl("portable-cpu");
        OnDevice definition = new OnDevice(Devices.open("cpu", DeviceOptions.defaults()))) {
      float[] found = device.logits(program(vocabulary), weights, batch);
      float[] expected = definition.logits(program(vocabulary), weights, batch);
      for (int i = 0; i < expected.length; i++) {
        if (Math.abs(found[i] - expected[i]) > 1e-6) {
          assertThat(found[i]).as("logit %d", i).isEqualTo(expected[i]);
        }
      }
    }
  }

  @Test
  void aRowsBitsAreTheSameAloneAndAmongOthers() {
    GivenWeights weights = weights(1500, "q4f16_1");
    try (OnDevice device = OnDevice.opencl("portable-gpu")) {
      int[] ids = {7, 1400};
      double[] alone = device.score(program(1500), weights, Batch.scoring(List.of(ids)));
      double[] among =
          device.score(
              program(1500), weights, Batch.scoring(List.of(new int[200], ids, new int[3])));
      assertThat(alone).hasSize(1);
      assertThat(among[199]).isEqualTo(alone[0]);
    }
  }

  private static GivenWeights weights(int vocabulary, String scheme) {
    GivenWeights weights = new GivenWeights();
    Layout layout = scheme.endsWith("_0") ? Layout.KN : Layout.NK;
    return weights
        .withFloats("table", vocabulary, WIDTH)
        .withVector("norm", WIDTH)
        .withVector("bias", vocabulary)
        .with("head", weights.matrix(Quantization.named(scheme), layout, vocabulary, WIDTH));
  }

  private static List<Operation> program(int vocabulary) {
    Buffer embedded = new Buffer("embedded", RowSpace.TOKENS, WIDTH);
    Buffer selected = new Buffer("selected", RowSpace.SELECTED, WIDTH);
    Buffer normed = new Buffer("normed", RowSpace.SELECTED, WIDTH);
    return List.of(
        Embed.tokens(Parameter.matrix("table", vocabulary, WIDTH), embedded),
        new SelectRows(embedded.view(), selected),
        Norm.rms(selected.view(), Parameter.vector("norm", WIDTH), 1e-5, normed),
        Score.of(
            normed.view(),
            new Linear(
                Parameter.matrix("head", vocabulary, WIDTH),
                Parameter.vector("bias", vocabulary))));
  }
}
