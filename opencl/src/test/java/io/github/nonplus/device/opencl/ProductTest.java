package io.github.nonplus.device.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.GivenWeights;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.quantization.Layout;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.RowOrder;
import io.github.nonplus.weights.codes.FormatCases;
import io.github.nonplus.weights.ggml.BlockFormat;
import io.github.nonplus.weights.ggml.GgmlTypes;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A product is one chain of fused multiply-adds for each element: its bits follow from the weights
/// and the row alone, whatever tiles it went through.
class ProductTest implements OpenClRequired {
  private static final int VOCABULARY = 50;

  /// Rows: one, a block and a tile of each shape, one less, one more. Outputs and inputs likewise,
  /// with tails of groups, words and tiles.
  private static final int[][] SIZES = {
    {1, 1, 8}, {3, 15, 40}, {4, 16, 64}, {5, 17, 72}, {127, 33, 100}, {129, 129, 130}, {257, 5, 32}
  };

  static Stream<String> schemes() {
    return Quantization.computed().stream();
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void equalsTheDefinitionForEveryScheme(String scheme) {
    check("portable-cpu", scheme);
  }

  /// Words that lie output by output go with a texture; others through local memory, as on every
  /// GPU. `ScoreTest` has the larger tiles of the others.
  @ParameterizedTest
  @CsvSource({"adreno-android, q4f16_0", "adreno-windows, q3f16_0", "adreno-android, q4f16_1"})
  void equalsTheDefinitionWithinTheLimitsOfAdreno(String kernels, String scheme) {
    check(kernels, scheme);
  }

  private static void check(String kernels, String scheme) {
    Quantization quantization = Quantization.named(scheme);
    Layout layout = scheme.endsWith("_0") ? Layout.KN : Layout.NK;
    try (OnDevice device = OnDevice.opencl(kernels)) {
      for (int[] size : SIZES) {
        GivenWeights weights = new GivenWeights();
        Matrix matrix = weights.matrix(quantization, layout, size[1], size[2]);
        check(device, weights, List.of(matrix), size[0]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"q4f16_0", "q3f16_1"})
  void slicesOfOneStoredMatrixAreMultipliedAsTheyLie(String scheme) {
    Layout layout = scheme.endsWith("_0") ? Layout.KN : Layout.NK;
    GivenWeights weights = new GivenWeights();
    Matrix whole = weights.matrix(Quantization.named(scheme), layout, 100, 72);
    try (OnDevice device = OnDevice.opencl("portable-cpu")) {
      List<Matrix> adjoining =
          List.of(whole.slice(3, 40), whole.slice(40, 41), whole.slice(60, 99));
      check(device, weights, adjoining, 6);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT16", "BFLOAT16", "FLOAT32"})
  void everyDenseTypeIsReadAsItIs(String type) {
    GivenWeights weights = new GivenWeights();
    Matrix matrix = weights.dense(ElementType.valueOf(type), 19, 33);
    try (OnDevice device = OnDevice.opencl("portable-cpu")) {
      check(device, weights, List.of(matrix), 6);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"q4f16_0", "q0f16", "q0f32"})
  void gatheredAndTransposedMatricesAreReadAsTheyAreStored(String scheme) {
    GivenWeights weights = new GivenWeights();
    Matrix whole = stored(weights, scheme);
    Matrix transposed = whole.slice(3, 39).transpose();
    try (OnDevice device = OnDevice.opencl("portable-cpu")) {
      check(device, weights, List.of(whole.gather(RowOrder.of(37, n -> n ^ 1))), 6);
      check(device, weights, List.of(transposed, transposed.slice(7, 33)), 6);
      check(device, weights, List.of(transposed.gather(RowOrder.of(50, n -> 71 - n))), 6);
    }
  }

  /// PoCL takes seconds to build a product in the shapes for GPUs, so there it is both at once.
  @ParameterizedTest
  @CsvSource({"q4f16_1, portable-gpu", "q3f16_0, adreno-android"})
  void gatheredAndTransposedInOneTheyAreReadInShapesForGpus(String scheme, String kernels) {
    GivenWeights weights = new GivenWeights();
    Matrix transposed = stored(weights, scheme).slice(3, 39).transpose();
    try (OnDevice device = OnDevice.opencl(kernels)) {
      check(device, weights, List.of(transposed.gather(RowOrder.of(50, n -> 71 - n))), 6);
    }
  }

  private static Matrix stored(GivenWeights weights, String scheme) {
    Layout layout = scheme.endsWith("_0") ? Layout.KN : Layout.NK;
    return weights.matrix(Quantization.named(scheme), layout, 40, 72);
  }

  static Stream<Format> blockFormats() {
    return GgmlTypes.all().values().stream().filter(BlockFormat.class::isInstance);
  }

  @ParameterizedTest
  @MethodSource("blockFormats")
  void blocksOfGgmlAreDecodedAsDefined(Format format) {
    Matrix matrix = blocks((BlockFormat) format, 9, 512).gather(RowOrder.of(8, 0, 5, 3));
    GivenWeights weights = new GivenWeights().with("table", matrix);
    Embed embed =
        Embed.tokens(Parameter.matrix("table", 4, 512), new Buffer("out", RowSpace.TOKENS, 512));
    Batch batch = new Batch(new int[] {3, 0, 1, 2}, new int[] {0, 4}, new int[0], new int[0]);
    float[] expected = new float[4 * 512];
    matrix.gather(RowOrder.of(3, 0, 1, 2)).decode(0, 4, expected, 0);
    try (OnDevice device = OnDevice.opencl("portable-cpu")) {
      assertThat(device.output(List.of(embed), weights, batch)).isEqualTo(expected);
    }
  }

  static List<FormatCases> codeFormats() {
    return FormatCases.all();
  }

  @ParameterizedTest
  @MethodSource("codeFormats")
  void codesWithScalesApartAreDecodedAsDefined(FormatCases each) {
    Matrix matrix = each.matrix();
    int columns = each.columns();
    GivenWeights weights = new GivenWeights().with("table", matrix);
    Buffer out = new Buffer("out", RowSpace.TOKENS, columns);
    Embed embed = Embed.tokens(Parameter.matrix("table", each.rows(), columns), out);
    int[] ids = java.util.stream.IntStream.range(0, each.rows()).toArray();
    Batch batch = new Batch(ids, new int[] {0, ids.length}, new int[0], new int[0]);
    float[] expected = new float[each.rows() * columns];
    matrix.decode(0, each.rows(), expected, 0);
    try (OnDevice device = OnDevice.opencl("portable-cpu")) {
      assertThat(device.output(List.of(embed), weights, batch)).isEqualTo(expected);
    }
  }

  /// PoCL takes seconds to build a product in the shape for GPUs, so there it is one format.
  @ParameterizedTest
  @CsvSource({"portable-cpu, 6", "portable-gpu, 1"})
  void productsDecodeCodesAsTheyGo(String kernels, int formats) {
    try (OnDevice device = OnDevice.opencl(kernels)) {
      for (FormatCases each : FormatCases.all().subList(0, formats)) {
        Matrix matrix = each.matrix();
        check(device, new GivenWeights(), List.of(matrix, matrix.slice(2, 4)), 3);
      }
    }
  }

  @Test
  void productsDecodeBlocksAsTheyGo() {
    Matrix matrix = blocks((BlockFormat) GgmlTypes.format(12).orElseThrow(), 9, 512);
    try (OnDevice device = OnDevice.opencl("portable-cpu")) {
      check(device, new GivenWeights(), List.of(matrix, matrix.slice(2, 7)), 3);
    }
  }

  /// Random blocks, but for those whose weights would be too large for a product.
  private static Matrix blocks(BlockFormat format, int rows, int columns) {
    Random random = new Random(7);
    byte[] data = new byte[Math.toIntExact(format.planeBytes(rows, columns).getFirst())];
    byte[] block = new byte[format.bytes()];
    float[] values = new float[format.weights()];
    Matrix one = Matrix.of(format, 1, values.length, List.of(MemorySegment.ofArray(block)));
    for (int at = 0; at < data.length; at += block.length) {
      do {
        random.nextBytes(block);
        one.decode(0, 1, values, 0);
      } while (!isModerate(values));
      System.arraycopy(block, 0, data, at, block.length);
    }
    return Matrix.of(format, rows, columns, List.of(MemorySegment.ofArray(data)));
  }

  private static boolean isModerate(float[] values) {
    boolean moderate = true;
    for (float value : values) {
      moderate &= Math.abs(value) < 1e6f;
    }
    return moderate;
  }

  /// x · weightᵀ + bias + residual, with x some columns of a wider buffer.
  private static void check(OnDevice device, GivenWeights weights, List<Matrix> parts, int rows) {
    int depth = parts.getFirst().columns();
    int outputs = parts.stream().mapToInt(Matrix::rows).sum();
    int wide = depth + outputs + 3;
    Parameter table = Parameter.matrix("table", VOCABULARY, wide);
    weights.withFloats("table", VOCABULARY, wide);
    List<Linear> linears = new java.util.ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Parameter weight = Parameter.matrix("weight" + i, parts.get(i).rows(), depth);
      Parameter bias = Parameter.vector("bias" + i, parts.get(i).rows());
      weights.with(weight.name(), parts.get(i)).withVector(bias.name(), bias.outputs());
      linears.add(new Linear(weight, i % 2 == 0 ? bias : null));
    }
    Buffer embedded = new Buffer("embedded", RowSpace.TOKENS, wide);
    View input = new View(embedded, 2, depth);
    View residual = new View(embedded, depth + 3, outputs);
    List<Operation> program =
        List.of(
            Embed.tokens(table, embedded),
            new MatMul(input, linears, 1, residual, new Buffer("out", RowSpace.TOKENS, outputs)));
    Batch batch = OnDevice.rows(VOCABULARY, rows);
    float[] found = device.output(program, weights, batch);
    float[] expected = definition(weights, linears, batch, wide, depth, outputs);
    assertThat(found)
        .as("%d rows, %d outputs, %d inputs", rows, outputs, depth)
        .isEqualTo(expected);
  }

  private static float[] definition(
      GivenWeights weights, List<Linear> linears, Batch batch, int wide, int depth, int outputs) {
    float[] out = new float[batch.tokens() * outputs];
    float[] x = new float[wide];
    for (int row = 0; row < batch.tokens(); row++) {
      int id = batch.ids()[row];
      weights.matrix("table", VOCABULARY, wide).decode(id, id + 1, x, 0);
      int column = 0;
      for (Linear linear : linears) {
        int rows = linear.weight().outputs();
        float[] weight = new float[rows * depth];
        weights.matrix(linear.weight().name(), rows, depth).decode(0, rows, weight, 0);
        float[] bias =
            linear.bias() == null ? new float[rows] : weights.vector(linear.bias().name(), rows);
        for (int n = 0; n < rows; n++, column++) {
          float sum = 0;
          for (int k = 0; k < depth; k++) {
            sum = Math.fma(x[2 + k], weight[n * depth + k], sum);
          }
          out[row * outputs + column] = sum + bias[n] + x[depth + 3 + column];
        }
      }
    }
    return out;
  }
}
