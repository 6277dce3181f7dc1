package io.github.nonplus.weights.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.weights.AssembledWeights;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import io.github.nonplus.weights.RowOrder;
import io.github.nonplus.weights.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssembledWeightsTest {
  private static final Source M = Source.stored("m", 3, 2);

  @TempDir Path directory;

  @BeforeEach
  void write() {
    new SafetensorsBytes()
        .float32("m", List.of(3, 2), 1, 2, 3, 4, 5, 6)
        .float32("deep", List.of(2, 1, 2), 1, 2, 3, 4)
        .float32("scalar", List.of(), 9)
        .float32("v", List.of(3), 7, 8, 9)
        .bits16("w", "BF16", List.of(1, 2), 0x3F80, 0x4000)
        .write(directory.resolve("model.safetensors"));
  }

  private float[] matrix(Source source) {
    try (ModelWeights weights = weights(source)) {
      Matrix matrix = weights.matrix("p", source.rows(), source.columns());
      float[] all = new float[matrix.rows() * matrix.columns()];
      matrix.decode(0, matrix.rows(), all, 0);
      return all;
    }
  }

  private float[] vector(Source source) {
    try (ModelWeights weights = weights(source)) {
      return weights.vector("p", source.rows());
    }
  }

  private ModelWeights weights(Source source) {
    return new AssembledWeights(CheckpointWeights.open(directory), Map.of("p", source));
  }

  @Test
  void aParameterWithoutSourceIsTheTensorOfItsName() {
    try (ModelWeights weights = weights(M)) {
      assertThat(weights.matrix("m", 3, 2).rows()).isEqualTo(3);
      assertThat(weights.vector("v", 3)).containsExactly(7, 8, 9);
      assertThat(weights.contains("v")).isTrue();
      assertThat(weights.contains("p")).isTrue();
      assertThat(weights.contains("n")).isFalse();
    }
  }

  @Test
  void rowsAreSlicedAndGathered() {
    assertThat(matrix(M.rows(1, 3))).containsExactly(3, 4, 5, 6);
    assertThat(matrix(M.gathered(RowOrder.of(2, 0, 2)))).containsExactly(5, 6, 1, 2, 5, 6);
    assertThat(matrix(M.gathered(RowOrder.of(2, 0)).rows(1, 2))).containsExactly(1, 2);
    assertThat(matrix(M.rows(1, 3).gathered(RowOrder.of(1, 0)))).containsExactly(5, 6, 3, 4);
  }

  @Test
  void columnsBecomeRowsBeforeTheyAreSliced() {
    assertThat(matrix(M.transposed())).containsExactly(1, 3, 5, 2, 4, 6);
    assertThat(matrix(M.transposed().rows(1, 2))).containsExactly(2, 4, 6);
    assertThat(matrix(M.rows(0, 2).transposed())).containsExactly(1, 3, 2, 4);
  }

  @Test
  void matricesOfDifferentPrecisionAreConcatenatedExactly() {
    Source w = Source.stored("w", 1, 2);
    assertThat(matrix(Source.concatenated(List.of(M, w, w))))
        .containsExactly(1, 2, 3, 4, 5, 6, 1, 2, 1, 2);
    assertThat(matrix(Source.concatenated(List.of(w, w)))).containsExactly(1, 2, 1, 2);
  }

  @Test
  void dimensionsBeforeTheLastAreRows() {
    Source deep = Source.stored("deep", 2, 1, 2);
    assertThat(matrix(deep.rows(1, 2))).containsExactly(3, 4);
    assertThat(vector(Source.stored("scalar"))).containsExactly(9);
  }

  @Test
  void vectorsAreMadeOfTheSameParts() {
    Source v = Source.stored("v", 3);
    assertThat(vector(v.rows(1, 3))).containsExactly(8, 9);
    assertThat(vector(v.gathered(RowOrder.of(2, 1)))).containsExactly(9, 8);
    assertThat(vector(M.flattened())).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(vector(Source.concatenated(List.of(v, M.rows(0, 1).flattened()))))
        .containsExactly(7, 8, 9, 1, 2);
  }

  @Test
  void aStoredTensorOfAnotherShapeIsNamed() {
    assertThatThrownBy(() -> matrix(Source.stored("deep", 1, 2, 2).rows(0, 1)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll("'deep'", "[2, 1, 2]", "[1, 2, 2]");
    assertThatThrownBy(() -> vector(Source.stored("absent", 4)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("'absent'");
  }

  /// Versions of a library write one tensor in two shapes.
  @Test
  void ofTwoWaysTheOneOfTheStoredShapeIsRead() {
    Source upright = Source.stored("m", 2, 3);
    assertThat(matrix(upright.or(M.transposed()))).containsExactly(1, 3, 5, 2, 4, 6);
    assertThat(matrix(M.transposed().or(upright))).containsExactly(1, 3, 5, 2, 4, 6);
    assertThatThrownBy(() -> matrix(upright.or(Source.stored("m", 6, 1).rows(0, 2))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> matrix(upright.or(Source.stored("m", 3, 1, 2).transposed())))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll("'m'", "[3, 2]", "[2, 3]");
  }

  @Test
  void aSourceSaysWhichTensorsItNeeds() {
    Source v = Source.stored("v", 3, 2);
    assertThat(Source.concatenated(List.of(M.rows(0, 1), v.rows(0, 2))).tensors())
        .containsExactly((Source.Stored) M, (Source.Stored) v);
  }

  @Test
  void partsThatDoNotFitAreNoSource() {
    assertThatThrownBy(() -> Source.concatenated(List.of(M, M.transposed())))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> M.rows(2, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> M.gathered(RowOrder.of(3)))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
