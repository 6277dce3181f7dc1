package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.cpu.vector.VectorKernels;
import io.github.nonplus.quantization.GroupFormat;
import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.RowOrder;
import io.github.nonplus.weights.codes.FormatCases;
import io.github.nonplus.weights.codes.TableBlocks;
import io.github.nonplus.weights.ggml.GgmlTypes;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Packing puts every weight, bit for bit as the matrix decodes it, where products look for it.
class PackerTest {
  private static final int ROWS = 80;
  private static final int[] COLUMNS = {1, 8, 40, 64, 100, 130};

  /// Scales of all kinds: ordinary, negative, zero, so small that products are subnormal in float16
  /// or vanish, so large that they overflow.
  private static final float[] SCALES = {
    0.01f, -0.02f, 0, -0f, 0x1p-24f, 0x1p-20f, -0x1.8p-16f, 0x1p-15f, 9000, 65504, -20000
  };

  static Stream<Kernels> kernels() {
    return Stream.of(
        Kernels.scalar(), VectorKernels.of(128), VectorKernels.of(256), VectorKernels.of(512));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void everyWeightOfEverySchemeIsPackedExactly(Kernels kernels) {
    for (Matrix matrix : matrices()) {
      for (int[] range : new int[][] {{0, ROWS}, {0, 1}, {5, 38}, {64, ROWS}}) {
        requireExact(matrix, range[0], range[1], kernels);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void gatheredAndTransposedMatricesArePackedExactly(Kernels kernels) {
    for (Matrix matrix : matrices()) {
      RowOrder order = RowOrder.of(ROWS, row -> row ^ 1);
      requireExact(matrix.gather(order), 5, 38, kernels);
      Matrix transposed = matrix.slice(1, 78).transpose();
      requireExact(transposed, 0, Math.min(96, transposed.rows()), kernels);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void everyFormatIsPackedExactly(Kernels kernels) {
    for (FormatCases each : FormatCases.all()) {
      requireExact(each.matrix(), 0, each.rows(), kernels);
      Matrix wide = new FormatCases(each.format(), 96, 1024).matrix();
      requireExact(wide, 5, 38, kernels);
      requireExact(wide.gather(RowOrder.of(96, row -> row ^ 1)), 5, 16, kernels);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void everyTypeOfGgmlIsPackedExactly(Kernels kernels) {
    Random random = new Random(4);
    for (Format format : GgmlTypes.all().values()) {
      byte[] blocks = new byte[Math.toIntExact(format.planeBytes(24, 1024).getFirst())];
      random.nextBytes(blocks);
      Matrix matrix = Matrix.of(format, 24, 1024, List.of(MemorySegment.ofArray(blocks)));
      requireExact(matrix, 3, 24, kernels);
    }
  }

  /// Each worker may pack all panels of the formats that are commonest, but not of those that have
  /// no packing of their own.
  @Test
  void whatHasAPackingOfItsOwnIsQuick() {
    Packer packer = new Packer();
    assertThat(matrices()).allMatch(packer::isQuick);
    TableBlocks table = new TableBlocks(64, 0, ElementType.FLOAT32);
    List<MemorySegment> planes =
        table.planeBytes(ROWS, 64).stream()
            .map(bytes -> MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]))
            .toList();
    assertThat(packer.isQuick(Matrix.of(table, ROWS, 64, planes))).isFalse();
  }

  private static void requireExact(Matrix matrix, int from, int to, Kernels kernels) {
    int depth = matrix.columns();
    float[] expected = new float[(to - from) * depth];
    matrix.decode(from, to, expected, 0);
    Packer packer = new Packer();
    int grain = packer.grain(matrix);
    int middle = depth / 2 / grain * grain;
    int[] stretches = {0, depth, 0, middle, middle, depth};
    int tile = kernels.products().tileOutputs();
    for (int i = 0; i < stretches.length; i += 2) {
      int first = stretches[i];
      int inputs = stretches[i + 1] - first;
      float[] tiles = new float[Panels.withRemainder(to - from) * inputs];
      packer.pack(matrix, from, to, first, inputs, kernels, tiles, 0);
      for (int n = 0; n < to - from; n++) {
        for (int k = 0; k < inputs; k++) {
          float weight = tiles[(n - n % tile) * inputs + k * tile + n % tile];
          assertThat(Float.floatToIntBits(weight))
              .as("(%d, %d) of %s by %s", from + n, first + k, matrix, kernels.name())
              .isEqualTo(Float.floatToIntBits(expected[n * depth + first + k]));
        }
      }
    }
  }

  private static List<Matrix> matrices() {
    Random random = new Random(3);
    List<Matrix> matrices = new ArrayList<>();
    for (int columns : COLUMNS) {
      for (ElementType type :
          List.of(ElementType.FLOAT16, ElementType.FLOAT32, ElementType.BFLOAT16)) {
        MemorySegment data = numbers(type, ROWS * columns, random);
        matrices.add(new Dense(type).matrix(ROWS, columns, data));
      }
      for (Quantization scheme : Quantization.ALL) {
        if (scheme instanceof GroupQuantization group) {
          matrices.add(quantized(group, columns, random));
        }
      }
    }
    return matrices;
  }

  private static Matrix quantized(GroupQuantization scheme, int columns, Random random) {
    int groups = ROWS * scheme.groups(columns);
    byte[] words = new byte[4 * groups * scheme.wordsPerGroup()];
    random.nextBytes(words);
    return Matrix.of(
        new GroupFormat(scheme, scheme.layout(), scheme.modelType()),
        ROWS,
        columns,
        List.of(MemorySegment.ofArray(words), numbers(scheme.modelType(), groups, random)));
  }

  private static MemorySegment numbers(ElementType type, int count, Random random) {
    if (type == ElementType.FLOAT32) {
      float[] numbers = new float[count];
      for (int i = 0; i < count; i++) {
        numbers[i] = SCALES[random.nextInt(SCALES.length)];
      }
      return MemorySegment.ofArray(numbers);
    }
    short[] numbers = new short[count];
    for (int i = 0; i < count; i++) {
      float number = SCALES[random.nextInt(SCALES.length)];
      numbers[i] =
          type == ElementType.FLOAT16
              ? Float.floatToFloat16(number)
              : (short) (Float.floatToIntBits(number) >>> 16);
    }
    return MemorySegment.ofArray(numbers);
  }
}
