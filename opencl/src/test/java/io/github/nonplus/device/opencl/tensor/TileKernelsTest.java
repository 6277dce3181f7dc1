package io.github.nonplus.device.opencl.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.device.GivenWeights;
import io.github.nonplus.device.opencl.Allocations;
import io.github.nonplus.device.opencl.OpenClRequired;
import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Context;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.device.opencl.kernels.BinaryCache;
import io.github.nonplus.device.opencl.kernels.KernelSet;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.quantization.Layout;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.Matrix;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The kernels of OpenCL C around those for tensor cores, which any device can run: what they write
/// in tiles is their definition rounded to float16.
class TileKernelsTest implements OpenClRequired {
  @TempDir Path cache;
  private Context context;
  private Queue queue;
  private KernelSet kernels;
  private Allocations allocations;

  @BeforeEach
  void open() {
    context = Context.of(OpenClRequired.devices().getFirst());
    queue = context.queue();
    kernels = new KernelSet(context, Optional.of(new BinaryCache(cache)));
    allocations = new Allocations(context);
  }

  @AfterEach
  void close() {
    if (context != null) {
      allocations.close();
      kernels.close();
      queue.close();
      context.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "q4f16_0, KN",
    "q4f32_1, NK",
    "q4bf16_0, KN",
    "q4bf16_1, NK",
    "q3f16_1, NK",
    "q0f16, NK"
  })
  void weightsAreExpandedToTheRoundedValuesOfTheirDefinition(String scheme, Layout layout) {
    int outputs = 300;
    int inputs = 200;
    GivenWeights given = new GivenWeights();
    Matrix whole = given.matrix(Quantization.named(scheme), layout, 320, inputs);
    Matrix matrix = scheme.startsWith("q0") ? whole.slice(0, 320) : whole.slice(7, 7 + outputs);
    PooledWeight weight = upload(given, matrix);
    int rows = matrix.rows();
    int shift = 40;
    short[] tiles = expanded(weight, shift, rows, 0, rows + shift, inputs);
    float[] row = new float[inputs];
    for (int n = 0; n < rows; n++) {
      matrix.decode(n, n + 1, row, 0);
      for (int k = 0; k < 256; k++) {
        int at = Form.tiled(n + shift, k, inputs, Scratch.TILE_OUTPUTS);
        assertThat(Float.float16ToFloat(tiles[at]) + 0f) // either zero
            .as("weight %d of output %d", k, n)
            .isEqualTo(k < inputs ? rounded(row[k]) : 0f);
      }
    }
  }

  @Test
  void twoMatricesTakeTurnsOf128RowsWithZeroBehindTheLast() {
    int outputs = 200;
    int inputs = 64;
    GivenWeights given = new GivenWeights();
    Matrix matrix = given.matrix(Quantization.named("q4f16_0"), Layout.KN, outputs, inputs);
    PooledWeight weight = upload(given, matrix);
    short[] tiles = expanded(weight, Scratch.HALF_TILE, 256, 1, 512, inputs);
    float[] row = new float[inputs];
    for (int n = 0; n < 256; n++) {
      boolean inside = n < outputs;
      if (inside) {
        matrix.decode(n, n + 1, row, 0);
      }
      int target = n / 128 * 256 + 128 + n % 128;
      for (int k = 0; k < inputs; k++) {
        int at = Form.tiled(target, k, inputs, Scratch.TILE_OUTPUTS);
        assertThat(Float.float16ToFloat(tiles[at]) + 0f)
            .as("weight %d of output %d", k, n)
            .isEqualTo(inside ? rounded(row[k]) : 0f);
      }
    }
  }

  private static float rounded(float value) {
    return Float.float16ToFloat(Float.floatToFloat16(value)) + 0f;
  }

  private PooledWeight upload(GivenWeights given, Matrix matrix) {
    given.with("w", matrix);
    Parameter parameter = Parameter.matrix("w", matrix.rows(), matrix.columns());
    Buffer in = new Buffer("in", RowSpace.TOKENS, matrix.columns());
    Buffer out = new Buffer("out", RowSpace.TOKENS, matrix.rows());
    Program program =
        new Program(
            List.of(
                Embed.tokens(Parameter.matrix("table", 2, matrix.columns()), in),
                MatMul.of(in.view(), List.of(new Linear(parameter, null)), out)));
    given.withFloats("table", 2, matrix.columns());
    PooledWeights weights = new PooledWeights(program, given);
    weights.upload(allocations, queue);
    return weights.matrix(parameter);
  }

  private short[] expanded(
      PooledWeight weight, int shift, int rows, int spread, int outputs, int inputs) {
    long bytes = Scratch.bytes(outputs, inputs);
    Memory memory = allocations.take(bytes, "tiles");
    queue.write(memory, poison((int) (bytes / 4)));
    Kernel kernel = kernels.get(TensorKernels.expansion(weight.form(), spread));
    int tiles = Form.tiles(inputs);
    Arguments arguments = weight.addTo(kernel.arguments());
    arguments.memory(memory).number(tiles).number(shift).number(rows);
    queue.launch(arguments, 256, 1, Math.ceilDiv(tiles, 2), Math.ceilDiv(rows, 128));
    return queue.readHalves(memory, 0, (int) (bytes / 2));
  }

  private static float[] poison(int count) {
    float[] values = new float[count];
    Arrays.fill(values, Float.NaN);
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 1088})
  void normsAreWrittenInTiles(int width) {
    int rows = 131;
    float[] x = randoms(rows * width, 1);
    float[] weight = randoms(width, 2);
    Memory in = written(x);
    Memory scale = written(weight);
    int padded = 256;
    long bytes = Form.HALF_TILES.bytes(width, padded);
    Memory out = allocations.take(bytes, "tiles");
    queue.write(out, poison((int) (bytes / 4)));
    Arguments arguments =
        kernels
            .get(TensorKernels.norm(width))
            .arguments()
            .memory(in)
            .index(0)
            .memory(scale)
            .index(0)
            .real(1e-5f)
            .memory(out)
            .index(0);
    queue.launch(arguments, TensorKernels.NORM_LANES, 1, rows, 1);
    short[] tiles = queue.readHalves(out, 0, (int) (bytes / 2));
    for (int row = 0; row < rows; row++) {
      double squares = 0;
      for (int n = 0; n < width; n++) {
        squares += (double) x[row * width + n] * x[row * width + n];
      }
      double factor = 1 / Math.sqrt(squares / width + 1e-5);
      for (int n = 0; n < Form.tiles(width) * 64; n++) {
        float found = Float.float16ToFloat(tiles[Form.tiled(row, n, width, Form.TILE_ROWS)]);
        double wanted = n < width ? x[row * width + n] * factor * weight[n] : 0;
        // Half a unit in the last place of float16, and the float32 sum.
        assertThat((double) found).isCloseTo(wanted, within(Math.abs(wanted) * 0x1.01p-11 + 1e-7));
      }
    }
  }

  @Test
  void rotationTurnsFloat16PairsByTheAnglesOfTheirRow() {
    int rows = 3;
    int half = 16;
    int heads = 2;
    int at = 8;
    int stride = at + heads * 2 * half + 8;
    float[] numbers = randoms(rows * stride, 3);
    short[] halves = new short[numbers.length];
    float[] packed = new float[numbers.length / 2];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = Float.floatToFloat16(numbers[i]);
    }
    for (int i = 0; i < packed.length; i++) {
      packed[i] = Float.intBitsToFloat(halves[2 * i] & 0xFFFF | halves[2 * i + 1] << 16);
    }
    Memory memory = written(packed);
    float[] cosine = randoms(4 * half, 4);
    float[] sine = randoms(4 * half, 5);
    int[] angleRows = {2, 0, 3};
    Memory rowsOf = allocations.take(4L * rows, "rows");
    queue.write(rowsOf, angleRows, rows);
    Arguments arguments =
        kernels
            .get(TensorKernels.rotate())
            .arguments()
            .memory(memory)
            .index(at)
            .number(stride)
            .memory(written(cosine))
            .memory(written(sine))
            .memory(rowsOf)
            .number(half)
            .number(heads * half);
    queue.launch(arguments, 64, 1, 1, rows);
    short[] turned = queue.readHalves(memory, 0, halves.length);
    short[] wanted = halves.clone();
    for (int row = 0; row < rows; row++) {
      for (int pair = 0; pair < heads * half; pair++) {
        int i = pair % half;
        int first = row * stride + at + pair / half * 2 * half + i;
        double a = Float.float16ToFloat(halves[first]);
        double b = Float.float16ToFloat(halves[first + half]);
        double c = cosine[angleRows[row] * half + i];
        double s = sine[angleRows[row] * half + i];
        wanted[first] = Float.floatToFloat16((float) (a * c - b * s));
        wanted[first + half] = Float.floatToFloat16((float) (b * c + a * s));
      }
    }
    for (int i = 0; i < wanted.length; i++) {
      double value = Float.float16ToFloat(wanted[i]);
      // A float32 sum next to a tie may round to the other side.
      assertThat((double) Float.float16ToFloat(turned[i]))
          .as("element %d", i)
          .isCloseTo(value, within(Math.abs(value) * 0x1p-10 + 1e-7));
    }
  }

  private static float[] randoms(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private Memory written(float[] values) {
    Memory memory = allocations.take(4L * values.length, "numbers");
    queue.write(memory, values);
    return memory;
  }
}
