package io.github.nonplus.device.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.cpu.Kernels;
import io.github.nonplus.device.cpu.Products;
import io.github.nonplus.device.cpu.StripOperations;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Vector kernels compute what the scalar ones do, to the last bit. Lengths that this processor
/// lacks are computed too, slowly, so everything is small.
class VectorKernelsTest {
  private static final Kernels SCALAR = Kernels.scalar();
  private static final int[] COLUMNS = {0, 1, 3, 4, 5, 8, 15, 16, 17, 33, 64, 80};
  private static final int PAD = 3;

  /// Whole strips of every width.
  private static final int TOKENS = 32;

  private final Random random = new Random(7);

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void resultsNameTheLength(int bits) {
    assertThat(VectorKernels.of(bits).name()).isEqualTo("vector-" + bits);
  }

  /// What a kernel does to one strip: reads and changes the arrays, in which the number of column n
  /// and token t is at PAD + n · strip width + t.
  @FunctionalInterface
  private interface Operation {
    void run(Kernels kernels, float[]... strips);
  }

  /// Runs an operation with the scalar kernels and with others, on as many tokens as fit in whole
  /// strips of both, and requires the same bits of every array afterwards.
  private void requireSame(int bits, int columns, String name, float[][] tokens, Operation what) {
    Kernels vector = VectorKernels.of(bits);
    float[][] expected = run(SCALAR, columns, tokens, what);
    float[][] found = run(vector, columns, tokens, what);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i])
          .as("array %d of %s, %d columns", i, name, columns)
          .isEqualTo(expected[i]);
    }
  }

  /// @param tokens arrays of TOKENS × columns, a token behind the other
  private static float[][] run(Kernels kernels, int columns, float[][] tokens, Operation what) {
    int width = kernels.stripWidth();
    float[][] results = new float[tokens.length][TOKENS * columns];
    for (int first = 0; first < TOKENS; first += width) {
      float[][] strips = new float[tokens.length][PAD + columns * width + PAD];
      for (int i = 0; i < tokens.length; i++) {
        for (int t = 0; t < width; t++) {
          for (int n = 0; n < columns; n++) {
            strips[i][PAD + n * width + t] = tokens[i][(first + t) * columns + n];
          }
        }
      }
      what.run(kernels, strips);
      for (int i = 0; i < tokens.length; i++) {
        for (int t = 0; t < width; t++) {
          for (int n = 0; n < columns; n++) {
            results[i][(first + t) * columns + n] = strips[i][PAD + n * width + t];
          }
        }
      }
    }
    return results;
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void productsAreTheScalarOnes(int bits) {
    for (int inputs : new int[] {0, 1, 2, 7, 16, 33}) {
      for (int outputs : new int[] {1, 3, 4, 5, 7, 8, 9, 16, 31, 33}) {
        float[] matrix = numbers(outputs * inputs);
        float[] x = numbers(TOKENS * inputs);
        assertThat(multiply(VectorKernels.of(bits), matrix, outputs, inputs, x))
            .as("%d inputs, %d outputs", inputs, outputs)
            .isEqualTo(multiply(SCALAR, matrix, outputs, inputs, x));
      }
    }
  }

  /// All products, the sums taken in two stretches.
  private static float[] multiply(
      Kernels kernels, float[] matrix, int outputs, int inputs, float[] x) {
    int width = kernels.stripWidth();
    int tile = kernels.products().tileOutputs();
    int padded = Math.ceilDiv(outputs, tile) * tile;
    float[] tiles = new float[padded * inputs];
    for (int n = 0; n < outputs; n++) {
      for (int k = 0; k < inputs; k++) {
        tiles[(n - n % tile) * inputs + k * tile + n % tile] = matrix[n * inputs + k];
      }
    }
    float[] products = new float[TOKENS * outputs];
    for (int first = 0; first < TOKENS; first += width) {
      float[] strip = new float[PAD + inputs * width];
      for (int i = 0; i < inputs * width; i++) {
        strip[PAD + i] = x[(first + i % width) * inputs + i / width];
      }
      float[] out = new float[PAD + padded * width];
      Arrays.fill(out, Float.NaN);
      int half = inputs / 3;
      Products all = kernels.products();
      int second = PAD + half * width;
      int rest = inputs - half;
      all.multiply(tiles, 0, inputs, outputs, strip, PAD, half, false, out, PAD);
      all.multiply(tiles, half * tile, inputs, outputs, strip, second, rest, true, out, PAD);
      for (int i = 0; i < outputs * width; i++) {
        products[(first + i % width) * outputs + i / width] = out[PAD + i];
      }
    }
    return products;
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void productsOfTwoStripsAreThoseOfAPanel(int bits) {
    Kernels kernels = VectorKernels.of(bits);
    int width = kernels.stripWidth();
    int tile = kernels.products().tileOutputs();
    for (int inputs : new int[] {0, 1, 2, 17, 64}) {
      float[] keys = numbers(PAD + inputs * width);
      float[] x = numbers(PAD + inputs * width);
      float[] tiles = new float[width * inputs];
      for (int i = 0; i < inputs * width; i++) {
        int n = i % width;
        tiles[(n - n % tile) * inputs + i / width * tile + n % tile] = keys[PAD + i];
      }
      float[] expected = new float[width * width];
      kernels.products().multiply(tiles, 0, inputs, width, x, PAD, inputs, false, expected, 0);
      float[] out = new float[width * width];
      kernels.products().multiplyStrip(keys, PAD, x, PAD, inputs, out, 0);
      assertThat(out).as("%d inputs", inputs).isEqualTo(expected);
    }
  }

  @Test
  void scalarProductsOfTwoStripsAreThoseOfAPanel() {
    int width = SCALAR.stripWidth();
    float[] keys = numbers(5 * width);
    float[] x = numbers(5 * width);
    float[] matrix = new float[width * 5];
    for (int i = 0; i < keys.length; i++) {
      matrix[i % width * 5 + i / width] = keys[i];
    }
    float[] expected = new float[width * width];
    SCALAR.products().multiply(matrix, 0, 5, width, x, 0, 5, false, expected, 0);
    float[] out = new float[width * width];
    SCALAR.products().multiplyStrip(keys, 0, x, 0, 5, out, 0);
    assertThat(out).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void normsAreTheScalarOnes(int bits) {
    for (int columns : COLUMNS) {
      float[] weight = numbers(columns);
      float[][] tokens = {numbers(TOKENS * columns), new float[TOKENS * columns]};
      requireSame(
          bits,
          columns,
          "norm",
          tokens,
          (kernels, strips) ->
              kernels
                  .strips()
                  .norm(strips[0], PAD, columns, false, weight, null, 1e-5, strips[1], PAD));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void rotationsAreTheScalarOnes(int bits) {
    for (int half : COLUMNS) {
      float[] angles = numbers(half);
      requireSame(
          bits,
          2 * half,
          "rotate",
          new float[][] {numbers(TOKENS * 2 * half)},
          (kernels, strips) -> {
            int width = kernels.stripWidth();
            float[] cosine = new float[half * width];
            float[] sine = new float[half * width];
            for (int i = 0; i < cosine.length; i++) {
              cosine[i] = (float) Math.cos(angles[i / width] + strips[0][PAD + i % width]);
              sine[i] = (float) Math.sin(angles[i / width] + strips[0][PAD + i % width]);
            }
            kernels.strips().rotate(strips[0], PAD, half, 1, half, cosine, sine);
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void normsOfGroupsWithMeanAndBiasAreTheScalarOnes(int bits) {
    for (int group : new int[] {1, 5, 16, 33}) {
      int columns = 3 * group;
      float[] weight = numbers(columns);
      float[] bias = numbers(columns);
      requireSame(
          bits,
          columns,
          "norm",
          new float[][] {numbers(TOKENS * columns), new float[TOKENS * columns]},
          (kernels, strips) ->
              kernels
                  .strips()
                  .norm(strips[0], PAD, group, true, weight, bias, 1e-5, strips[1], PAD));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void rotationsOfNeighboursAreTheScalarOnes(int bits) {
    int pairs = 5;
    float[] angles = numbers(pairs);
    requireSame(
        bits,
        2 * pairs,
        "rotate",
        new float[][] {numbers(TOKENS * 2 * pairs)},
        (kernels, strips) -> {
          int width = kernels.stripWidth();
          float[] cosine = new float[pairs * width];
          float[] sine = new float[pairs * width];
          for (int i = 0; i < cosine.length; i++) {
            cosine[i] = (float) Math.cos(angles[i / width]);
            sine[i] = (float) Math.sin(angles[i / width]);
          }
          kernels.strips().rotate(strips[0], PAD, pairs, 2, 1, cosine, sine);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void scalesAndCombinationsAreTheScalarOnes(int bits) {
    for (int columns : COLUMNS) {
      float[] factors = numbers(columns);
      requireSame(
          bits,
          columns,
          "combine, scale, scaleColumns, scaleTokens",
          new float[][] {numbers(TOKENS * columns), numbers(TOKENS * columns)},
          (kernels, strips) -> {
            int width = kernels.stripWidth();
            StripOperations operations = kernels.strips();
            float[] each = new float[width];
            for (int t = 0; t < width && columns > 0; t++) {
              each[t] = strips[1][PAD + t];
            }
            int count = columns * width;
            operations.combine(strips[0], PAD, 0.3f, strips[1], PAD, 0.7f, strips[0], PAD, count);
            operations.scale(strips[0], PAD, 1.1f, strips[0], PAD, count);
            operations.scaleColumns(strips[0], PAD, factors, strips[0], PAD);
            operations.scaleTokens(strips[0], PAD, columns, each, strips[1], PAD);
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void scoresWithCapsAndBiasesAreTheScalarOnes(int bits) {
    for (float cap : new float[] {0, 2}) {
      int columns = 20;
      requireSame(
          bits,
          columns,
          "scores",
          new float[][] {numbers(TOKENS * columns)},
          (kernels, strips) -> {
            int[] positions = new int[kernels.stripWidth()];
            Arrays.fill(positions, 7);
            kernels.strips().scores(strips[0], PAD, columns, 3f, cap, 0.25f, positions);
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void keysBeforeTheFirstThatATokenSeesAreHidden(int bits) {
    Kernels kernels = VectorKernels.of(bits);
    int width = kernels.stripWidth();
    int columns = 20;
    float[] scores = numbers(PAD + columns * width);
    float[] before = scores.clone();
    int[] first = new Random(bits).ints(width, -2, columns + 2).toArray();
    kernels.strips().hideBefore(scores, PAD, columns, first);
    for (int i = 0; i < columns * width; i++) {
      boolean isHidden = first[i % width] > i / width;
      assertThat(scores[PAD + i]).isEqualTo(isHidden ? Float.NEGATIVE_INFINITY : before[PAD + i]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void gatesAreTheScalarOnes(int bits) {
    for (int columns : COLUMNS) {
      float[] gate = numbers(TOKENS * columns);
      for (int i = 0; i < gate.length; i++) {
        gate[i] *= 50;
      }
      requireSame(
          bits,
          columns,
          "gate",
          new float[][] {gate, numbers(TOKENS * columns), new float[TOKENS * columns]},
          (kernels, strips) ->
              kernels
                  .strips()
                  .gateSilu(
                      strips[0],
                      PAD,
                      strips[1],
                      PAD,
                      strips[2],
                      PAD,
                      columns * kernels.stripWidth()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void sumsAndQuotientsAreTheScalarOnes(int bits) {
    for (int columns : COLUMNS) {
      float[] bias = numbers(PAD + columns);
      requireSame(
          bits,
          columns,
          "add, addBias, accumulate, divide",
          new float[][] {
            numbers(TOKENS * columns), numbers(TOKENS * columns), numbers(TOKENS * columns)
          },
          (kernels, strips) -> {
            int width = kernels.stripWidth();
            float[] each = new float[PAD + width];
            for (int t = 0; t < width; t++) {
              each[PAD + t] = columns == 0 ? 1 : strips[0][PAD + t];
            }
            float[] factor = Arrays.copyOfRange(each, PAD, PAD + width);
            StripOperations operations = kernels.strips();
            operations.add(strips[0], PAD, strips[1], PAD, strips[1], PAD, columns * width);
            operations.addBias(strips[1], PAD, columns, bias, PAD);
            operations.accumulate(strips[2], PAD, factor, strips[1], PAD, columns);
            operations.divide(strips[2], PAD, columns, each, PAD);
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void exponentialsAndTheirSumsAreTheScalarOnes(int bits) {
    for (int columns : COLUMNS) {
      float[] tokens = numbers(TOKENS * columns);
      for (int t = 0; t < TOKENS && columns > 1; t++) {
        tokens[t * columns] = Float.NEGATIVE_INFINITY;
        tokens[t * columns + columns - 1] = -1000;
      }
      float[][] arrays = {tokens, new float[TOKENS * columns]};
      requireSame(
          bits,
          columns,
          "max, exponentials",
          arrays,
          (kernels, strips) -> {
            int width = kernels.stripWidth();
            float[] largest = new float[PAD + width];
            Arrays.fill(largest, Float.NEGATIVE_INFINITY);
            kernels.strips().max(strips[0], PAD, columns, largest, PAD);
            float[] sums = new float[width];
            kernels.strips().exponentials(strips[0], PAD, columns, largest, PAD, 0.125f, sums);
            for (int i = 0; i < columns * width; i++) {
              strips[1][PAD + i] = i % 2 == 0 ? sums[i % width] : largest[PAD + i % width];
            }
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void keysThatATokenDoesNotSeeAreHidden(int bits) {
    Kernels kernels = VectorKernels.of(bits);
    int width = kernels.stripWidth();
    int columns = 20;
    float[] scores = numbers(PAD + columns * width);
    float[] before = scores.clone();
    int[] visible = new Random(bits).ints(width, -2, columns + 2).toArray();
    kernels.strips().hide(scores, PAD, 3, columns, visible);
    for (int i = 0; i < columns * width; i++) {
      boolean isHidden = i / width >= 3 && visible[i % width] <= i / width;
      assertThat(scores[PAD + i]).isEqualTo(isHidden ? Float.NEGATIVE_INFINITY : before[PAD + i]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void whatIsNotANumberIsNotLost(int bits) {
    Kernels kernels = VectorKernels.of(bits);
    int width = kernels.stripWidth();
    float[] x = numbers(32 * width);
    x[21 * width + 1] = Float.NaN;
    float[] largest = new float[width];
    kernels.strips().max(x, 0, 32, largest, 0);
    assertThat(largest[1]).isNotNaN();
    float[] sums = new float[width];
    kernels.strips().exponentials(x, 0, 32, new float[width], 0, 1, sums);
    assertThat(sums[1]).isNaN();
    assertThat(sums[0]).isNotNaN();
  }

  private float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = 2 * random.nextFloat() - 1;
    }
    return numbers;
  }
}
