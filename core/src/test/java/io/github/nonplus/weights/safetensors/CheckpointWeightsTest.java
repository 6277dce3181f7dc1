package io.github.nonplus.weights.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointWeightsTest {
  @TempDir Path directory;
  private final SafetensorsBytes bytes = new SafetensorsBytes();

  @BeforeEach
  void add() {
    bytes.float32("m", List.of(2, 3), 1, 2, 3, 4, 5, 6).float32("v", List.of(2), 7, 8);
  }

  private ModelWeights open() {
    bytes.write(directory.resolve("model.safetensors"));
    return CheckpointWeights.open(directory);
  }

  @Test
  void matricesAndVectorsAreHandedOutAsTheyAre() {
    try (ModelWeights weights = open()) {
      Matrix matrix = weights.matrix("m", 2, 3);
      float[] row = new float[3];
      matrix.slice(1, 2).decode(0, 1, row, 0);
      assertThat(row).containsExactly(4, 5, 6);
      assertThat(weights.vector("v", 2)).containsExactly(7, 8);
      assertThat(weights.bytes()).isEqualTo(32);
      assertThat(weights.contains("m")).isTrue();
      assertThat(weights.contains("n")).isFalse();
    }
  }

  @Test
  void aMissingTensorIsNamed() {
    try (ModelWeights weights = open()) {
      assertThatThrownBy(() -> weights.vector("absent", 2))
          .isInstanceOf(WeightsException.class)
          .hasMessageContainingAll(directory.toString(), "'absent'");
    }
  }

  @Test
  void aWrongShapeSaysWhatWasFoundAndExpected() {
    try (ModelWeights weights = open()) {
      assertThatThrownBy(() -> weights.matrix("m", 3, 2))
          .isInstanceOf(WeightsException.class)
          .hasMessageContainingAll("model.safetensors", "'m'", "[2, 3]", "[3, 2]");
      assertThatThrownBy(() -> weights.vector("m", 6)).hasMessageContaining("[2, 3]");
    }
  }

  @ParameterizedTest
  @CsvSource({"F16,7C00", "F16,7E01", "F16,FC00", "BF16,7FC0", "BF16,FF80", "BF16,7F81"})
  void aValueThatIsNotFiniteIsNamedWithItsPlace(String type, String bits) {
    for (int place : new int[] {0, 3, 4, 9, 13}) {
      int[] values = new int[14];
      java.util.Arrays.fill(values, type.equals("F16") ? 0x7BFF : 0xFF7F);
      values[place] = Integer.parseInt(bits, 16);
      bytes.bits16("bad" + place, type, List.of(2, 7), values);
    }
    bytes.float32("single", List.of(1, 3), 1, 2, Float.NaN);
    bytes.float32("vector", List.of(3), 1, Float.NEGATIVE_INFINITY, 2);
    try (ModelWeights weights = open()) {
      for (int place : new int[] {0, 3, 4, 9, 13}) {
        assertThatThrownBy(() -> weights.matrix("bad" + place, 2, 7))
            .isInstanceOf(WeightsException.class)
            .hasMessageContaining("'bad%d'", place)
            .hasMessageContaining("at [%d, %d]", place / 7, place % 7);
      }
      assertThatThrownBy(() -> weights.matrix("single", 1, 3)).hasMessageContaining("at [0, 2]");
      assertThatThrownBy(() -> weights.vector("vector", 3)).hasMessageContaining("at [1]");
    }
  }
}
