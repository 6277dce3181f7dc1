package io.github.nonplus.device.cpu;

import io.github.nonplus.device.cpu.vector.VectorKernels;
import io.github.nonplus.quantization.GroupFormat;
import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The kernels on 32 tokens and SmolLM2-135M's shapes, in one strip or several. A result is in
/// floating-point operations a nanosecond, GFLOP/s; exponentials, largest numbers, packing and
/// pairs of logits in numbers a nanosecond.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class KernelBenchmark {
  private static final int TOKENS = 32;
  private static final int HIDDEN = 576;
  private static final int INTERMEDIATE = 1536;

  /// Outputs of a panel.
  private static final int OUTPUTS = 96;

  private static final int HEAD = 64;
  private static final int KEYS = AttendScratch.KEYS;
  private static final int VOCABULARY = 49152;

  /// Bits of a vector.
  @Param("256")
  int bits;

  private Kernels kernels;
  private int width;
  private int outputs;
  private float[] tiles;
  private float[] x;
  private float[] out;
  private float[] logits;
  private float[] largest;
  private float[] sums;
  private Matrix halves;
  private Matrix upperHalves;
  private Matrix codes;
  private Packer packer;
  private float[] row;
  private float[] otherRow;
  private double[] pairSums;

  /// Fills everything with numbers, and compares with the scalar kernels.
  @Setup
  public void prepare() {
    kernels = VectorKernels.of(bits);
    width = kernels.stripWidth();
    outputs = OUTPUTS;
    Random random = new Random(1);
    tiles = numbers(random, outputs * INTERMEDIATE);
    x = numbers(random, INTERMEDIATE * TOKENS);
    out = new float[outputs * TOKENS];
    logits = numbers(random, outputs * TOKENS);
    largest = new float[width];
    sums = new float[width];
    halves = matrix(ElementType.FLOAT16);
    upperHalves = matrix(ElementType.BFLOAT16);
    codes = fourBits();
    packer = new Packer();
    row = numbers(random, VOCABULARY);
    otherRow = numbers(random, VOCABULARY);
    pairSums = new double[PairSums.COUNT];
    requireSameProducts();
    requireSameExponentials();
  }

  /// One token's products, in the order that every kernel sums in.
  private void requireSameProducts() {
    multiply(INTERMEDIATE);
    int tile = kernels.products().tileOutputs();
    for (int n = 0; n < outputs; n++) {
      float sum = 0;
      for (int k = 0; k < INTERMEDIATE; k++) {
        float weight = tiles[(n - n % tile) * INTERMEDIATE + k * tile + n % tile];
        sum = Math.fma(weight, x[k * width], sum);
      }
      require(sum, out[n * width]);
    }
  }

  private void requireSameExponentials() {
    for (int i = 0; i < logits.length; i++) {
      logits[i] = -Math.abs(logits[i]);
    }
    exponentials();
    for (int i = 0; i < logits.length; i++) {
      require(Exponential.of(logits[i]), out[i]);
    }
  }

  private static void require(float expected, float found) {
    if (Float.compare(expected, found) != 0) {
      throw new IllegalStateException("the kernels differ from the scalar ones");
    }
  }

  private static float[] numbers(Random random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = 2 * random.nextFloat() - 1;
    }
    return numbers;
  }

  /// A panel's weights in four bits, all 0, which take as long as others.
  private static Matrix fourBits() {
    GroupQuantization scheme = (GroupQuantization) Quantization.named("q4f16_0");
    int groups = OUTPUTS * scheme.groups(INTERMEDIATE);
    return Matrix.of(
        new GroupFormat(scheme, scheme.layout(), scheme.modelType()),
        OUTPUTS,
        INTERMEDIATE,
        List.of(
            Arena.ofAuto().allocate((long) Integer.BYTES * groups * scheme.wordsPerGroup()),
            Arena.ofAuto().allocate((long) scheme.modelType().bytes() * groups)));
  }

  /// The same, stored number by number.
  private static Matrix matrix(ElementType type) {
    MemorySegment data = Arena.ofAuto().allocate((long) OUTPUTS * INTERMEDIATE * type.bytes());
    return new Dense(type).matrix(OUTPUTS, INTERMEDIATE, data);
  }

  private void multiply(int depth) {
    for (int t = 0; t < TOKENS; t += width) {
      kernels
          .products()
          .multiply(tiles, 0, depth, outputs, x, t * INTERMEDIATE, depth, false, out, t * outputs);
    }
  }

  /// Products with a panel, with the inputs of the first feed-forward product, of attention's
  /// products, and of the score.
  @Benchmark
  @OperationsPerInvocation(2 * OUTPUTS * TOKENS * HIDDEN)
  public float productOfHidden() {
    multiply(HIDDEN);
    return out[0];
  }

  /// Inputs of the second feed-forward product.
  @Benchmark
  @OperationsPerInvocation(2 * OUTPUTS * TOKENS * INTERMEDIATE)
  public float productOfIntermediate() {
    multiply(INTERMEDIATE);
    return out[0];
  }

  /// The same products with what the score does to them.
  @Benchmark
  @OperationsPerInvocation(2 * OUTPUTS * TOKENS * HIDDEN)
  public float score() {
    multiply(HIDDEN);
    for (int t = 0; t < TOKENS; t += width) {
      Arrays.fill(largest, Float.NEGATIVE_INFINITY);
      kernels.strips().max(out, t * outputs, outputs, largest, 0);
      kernels.strips().exponentials(out, t * outputs, outputs, largest, 0, 1, sums);
    }
    return sums[0];
  }

  /// Scores of queries with as many keys.
  @Benchmark
  @OperationsPerInvocation(2 * TOKENS * TOKENS * HEAD)
  public float scoresOfAttention() {
    for (int query = 0; query < TOKENS; query += width) {
      for (int key = 0; key < TOKENS; key += width) {
        int at = query * TOKENS + key * width;
        kernels.products().multiplyStrip(tiles, key * HEAD, x, query * HEAD, HEAD, out, at);
      }
    }
    return out[0];
  }

  /// Weights of queries with a block of values.
  @Benchmark
  @OperationsPerInvocation(2 * TOKENS * KEYS * HEAD)
  public float valuesOfAttention() {
    for (int t = 0; t < TOKENS; t += width) {
      kernels.products().multiply(tiles, 0, KEYS, HEAD, x, t * KEYS, KEYS, false, out, t * HEAD);
    }
    return out[0];
  }

  @Benchmark
  @OperationsPerInvocation(OUTPUTS * TOKENS)
  public float exponentials() {
    System.arraycopy(logits, 0, out, 0, logits.length); // which exponentials replace
    Arrays.fill(largest, 0);
    for (int t = 0; t < TOKENS; t += width) {
      kernels.strips().exponentials(out, t * outputs, outputs, largest, 0, 1, sums);
    }
    return sums[0];
  }

  @Benchmark
  @OperationsPerInvocation(OUTPUTS * TOKENS)
  public float largest() {
    for (int t = 0; t < TOKENS; t += width) {
      kernels.strips().max(logits, t * outputs, outputs, largest, 0);
    }
    return largest[0];
  }

  /// Decodes and packs a panel stored in float16.
  @Benchmark
  @OperationsPerInvocation(OUTPUTS * INTERMEDIATE)
  public float packingOfFloat16() {
    packer.pack(halves, 0, OUTPUTS, 0, INTERMEDIATE, kernels, tiles, 0);
    return tiles[0];
  }

  /// Decodes and packs a panel stored in bfloat16.
  @Benchmark
  @OperationsPerInvocation(OUTPUTS * INTERMEDIATE)
  public float packingOfBfloat16() {
    packer.pack(upperHalves, 0, OUTPUTS, 0, INTERMEDIATE, kernels, tiles, 0);
    return tiles[0];
  }

  /// Unpacks and packs a panel stored in q4f16_0.
  @Benchmark
  @OperationsPerInvocation(OUTPUTS * INTERMEDIATE)
  public float packingOf4Bits() {
    packer.pack(codes, 0, OUTPUTS, 0, INTERMEDIATE, kernels, tiles, 0);
    return tiles[0];
  }

  /// What two models' rows of logits are compared by.
  @Benchmark
  @OperationsPerInvocation(VOCABULARY)
  public double pairsOfLogits() {
    float most = kernels.pairs().max(row, 0, VOCABULARY);
    float otherMost = kernels.pairs().max(otherRow, 0, VOCABULARY);
    kernels.pairs().sum(row, 0, most, otherRow, 0, otherMost, VOCABULARY, pairSums);
    return pairSums[0];
  }
}
