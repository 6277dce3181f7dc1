package io.github.nonplus.device.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.cpu.Kernels;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Vector kernels compute what the scalar ones do, to the last bit. Lengths that this processor
/// lacks are computed too, slowly, so everything is small.
class VectorKernelsTest {
  private static final Kernels SCALAR = Kernels.scalar();
  private static final int[] COUNTS = {0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100};
  private static final int[] LANE_COUNTS = {0, 16, 32, 64, 112};
  private static final int PAD = 3;

  private final Random random = new Random(7);

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void resultsNameTheLength(int bits) {
    assertThat(VectorKernels.of(bits).name()).isEqualTo("vector-" + bits);
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void productsAreTheScalarOnes(int bits) {
    for (int rows : new int[] {0, 1, 2, 4, 5, 6, 9, 10, 11, 12, 13, 25}) {
      for (int depth : new int[] {0, 1, 2, 7, 16, 33}) {
        for (int outputs : new int[] {1, 7, 8, 9, 16, 31, 33, 64, 65}) {
          float[] x = numbers(PAD + rows * (depth + PAD));
          float[] matrix = numbers(outputs * depth);
          float[] expected = multiply(SCALAR, x, rows, depth, matrix, outputs);
          assertThat(multiply(VectorKernels.of(bits), x, rows, depth, matrix, outputs))
              .as("%d rows, %d inputs, %d outputs", rows, depth, outputs)
              .isEqualTo(expected);
        }
      }
    }
  }

  /// All products, the sums taken in two stretches.
  private static float[] multiply(
      Kernels kernels, float[] x, int rows, int depth, float[] matrix, int outputs) {
    int strip = kernels.stripWidth();
    int padded = Math.ceilDiv(outputs, strip) * strip;
    float[] strips = new float[padded * depth];
    for (int n = 0; n < outputs; n++) {
      for (int k = 0; k < depth; k++) {
        strips[(n - n % strip) * depth + k * strip + n % strip] = matrix[n * depth + k];
      }
    }
    int stride = padded + PAD;
    float[] out = new float[PAD + rows * stride];
    Arrays.fill(out, Float.NaN);
    for (int from = 0, to = depth / 3; from <= to; from = to, to = depth) {
      kernels
          .products()
          .multiply(x, PAD, depth + PAD, rows, strips, depth, from, to, padded, out, PAD, stride);
      if (to == depth) {
        break;
      }
    }
    float[] products = new float[rows * outputs];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(out, PAD + r * stride, products, r * outputs, outputs);
    }
    return products;
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void productsOfPackedRowsAreThoseOfRows(int bits) {
    Kernels kernels = VectorKernels.of(bits);
    int tile = kernels.products().tileRows();
    int width = 2 * kernels.stripWidth();
    for (int rows : new int[] {0, 1, tile - 1, tile, tile + 1, 2 * tile + 3}) {
      for (int depth : new int[] {0, 1, 2, 17}) {
        float[] strips = numbers(width * depth);
        float[] x = numbers(rows * depth);
        int padded = Math.ceilDiv(rows, tile) * tile;
        float[] packed = new float[PAD + padded * depth];
        for (int r = 0; r < rows; r++) {
          for (int k = 0; k < depth; k++) {
            packed[PAD + (r - r % tile) * depth + k * tile + r % tile] = x[r * depth + k];
          }
        }
        float[] expected = new float[padded * width];
        float[] out = new float[padded * width];
        for (int from = 0, to = depth / 2; from < depth || to == 0; from = to, to = depth) {
          kernels
              .products()
              .multiply(x, 0, depth, rows, strips, depth, from, to, width, expected, 0, width);
          kernels
              .products()
              .multiplyTiles(packed, PAD, rows, strips, depth, from, to, width, out, 0, width);
          if (to == depth) {
            break;
          }
        }
        assertThat(Arrays.copyOf(out, rows * width))
            .as("%d rows, %d inputs", rows, depth)
            .isEqualTo(Arrays.copyOf(expected, rows * width));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void normsAreTheScalarOnes(int bits) {
    for (int count : COUNTS) {
      float[] x = numbers(PAD + count);
      float[] weight = numbers(count);
      float[] expected = new float[PAD + count];
      SCALAR.rows().norm(x, PAD, weight, 1e-5, expected, PAD);
      float[] out = new float[PAD + count];
      VectorKernels.of(bits).rows().norm(x, PAD, weight, 1e-5, out, PAD);
      assertThat(out).as("%d numbers", count).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void rotationsAreTheScalarOnes(int bits) {
    for (int half : COUNTS) {
      float[] cosine = numbers(PAD + half);
      float[] sine = numbers(PAD + half);
      float[] expected = numbers(PAD + 2 * half);
      float[] head = expected.clone();
      SCALAR.rows().rotate(expected, PAD, 2 * half, cosine, sine, PAD);
      VectorKernels.of(bits).rows().rotate(head, PAD, 2 * half, cosine, sine, PAD);
      assertThat(head).as("heads of %d", 2 * half).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void gatesAreTheScalarOnes(int bits) {
    for (int count : COUNTS) {
      float[] gate = numbers(PAD + count);
      for (int i = 0; i < gate.length; i++) {
        gate[i] *= 50;
      }
      float[] up = numbers(PAD + count);
      float[] expected = new float[PAD + count];
      SCALAR.rows().gateSilu(gate, PAD, up, PAD, expected, PAD, count);
      float[] out = new float[PAD + count];
      VectorKernels.of(bits).rows().gateSilu(gate, PAD, up, PAD, out, PAD, count);
      assertThat(out).as("%d numbers", count).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void sumsAndQuotientsAreTheScalarOnes(int bits) {
    for (int count : COUNTS) {
      float[] left = numbers(PAD + count);
      float[] right = numbers(PAD + count);
      float[] expected = new float[PAD + count];
      SCALAR.rows().add(left, PAD, right, PAD, expected, PAD, count);
      SCALAR.rows().divide(expected, PAD, 0.7f, expected, PAD, count);
      float[] out = new float[PAD + count];
      VectorKernels.of(bits).rows().add(left, PAD, right, PAD, out, PAD, count);
      VectorKernels.of(bits).rows().divide(out, PAD, 0.7f, out, PAD, count);
      assertThat(out).as("%d numbers", count).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void exponentialsAndTheirSumAreTheScalarOnes(int bits) {
    for (int count : LANE_COUNTS) {
      float[] expected = numbers(PAD + count + PAD);
      if (count > 0) {
        expected[PAD] = Float.NEGATIVE_INFINITY;
        expected[PAD + count - 1] = -1000;
      }
      float[] x = expected.clone();
      float largest = SCALAR.rows().max(expected, PAD, count);
      assertThat(VectorKernels.of(bits).rows().max(x, PAD, count)).isEqualTo(largest);
      float sum = SCALAR.rows().exponentials(expected, PAD, count, largest, 0.125f);
      assertThat(VectorKernels.of(bits).rows().exponentials(x, PAD, count, largest, 0.125f))
          .as("sum of %d", count)
          .isEqualTo(sum);
      assertThat(x).as("%d numbers", count).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void whatIsNotANumberIsNotLost(int bits) {
    float[] x = numbers(32);
    x[21] = Float.NaN;
    assertThat(VectorKernels.of(bits).rows().max(x, 0, 32)).isNotNaN();
    assertThat(VectorKernels.of(bits).rows().exponentials(x, 0, 32, 1, 1)).isNaN();
  }

  private float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = 2 * random.nextFloat() - 1;
    }
    return numbers;
  }
}
