package io.github.nonplus.device.cpu;

import io.github.nonplus.device.cpu.vector.VectorKernels;
import io.github.nonplus.weights.DenseMatrix;
import io.github.nonplus.weights.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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

/// The kernels on one strip of SmolLM2-135M's shapes. A result is in floating-point operations a
/// nanosecond, GFLOP/s; exponentials and packing in numbers a nanosecond.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class KernelBenchmark {
  private static final int HIDDEN = 576;
  private static final int INTERMEDIATE = 1536;
  private static final int HEAD = 64;
  private static final int KEYS = AttendScratch.KEYS;

  /// Bits of a vector.
  @Param("256")
  int bits;

  private Kernels kernels;
  private int strip;
  private int outputs;
  private float[] tiles;
  private float[] x;
  private float[] out;
  private float[] logits;
  private float[] largest;
  private DenseMatrix halves;
  private DenseMatrix upperHalves;
  private Packer packer;

  /// Fills everything with numbers, and compares with the scalar kernels.
  @Setup
  public void prepare() {
    kernels = VectorKernels.of(bits);
    strip = kernels.stripWidth();
    outputs = Panels.WIDEST;
    Random random = new Random(1);
    tiles = numbers(random, outputs * INTERMEDIATE);
    x = numbers(random, INTERMEDIATE * strip);
    out = new float[outputs * strip];
    logits = numbers(random, outputs * strip);
    largest = new float[strip];
    halves = matrix(ElementType.FLOAT16);
    upperHalves = matrix(ElementType.BFLOAT16);
    packer = new Packer();
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
        sum = Math.fma(weight, x[k * strip], sum);
      }
      require(sum, out[n * strip]);
    }
  }

  private void requireSameExponentials() {
    for (int i = 0; i < logits.length; i++) {
      logits[i] = -Math.abs(logits[i]);
    }
    float[] scores = logits.clone();
    float[] sums = new float[strip];
    kernels.strips().exponentials(scores, 0, outputs, new float[strip], 0, 1, sums);
    for (int i = 0; i < scores.length; i++) {
      require(Exponential.of(logits[i]), scores[i]);
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

  /// A panel's weights, all 0, which take as long as others.
  private static DenseMatrix matrix(ElementType type) {
    MemorySegment data =
        Arena.ofAuto().allocate((long) Panels.WIDEST * INTERMEDIATE * type.bytes());
    return new DenseMatrix(type, Panels.WIDEST, INTERMEDIATE, data);
  }

  private void multiply(int depth) {
    kernels.products().multiply(tiles, depth, outputs, x, 0, 0, depth, out, 0);
  }

  /// Products of a strip with a panel, with the inputs of the first feed-forward product, of
  /// attention's products, and of the score; for strips of 16 tokens, as all counts here.
  @Benchmark
  @OperationsPerInvocation(2 * Panels.WIDEST * 16 * HIDDEN)
  public float productOfHidden() {
    multiply(HIDDEN);
    return out[0];
  }

  /// Inputs of the second feed-forward product.
  @Benchmark
  @OperationsPerInvocation(2 * Panels.WIDEST * 16 * INTERMEDIATE)
  public float productOfIntermediate() {
    multiply(INTERMEDIATE);
    return out[0];
  }

  /// The same products with what the score does to them.
  @Benchmark
  @OperationsPerInvocation(2 * Panels.WIDEST * 16 * HIDDEN)
  public float score() {
    multiply(HIDDEN);
    float[] largest = new float[strip];
    kernels.strips().max(out, 0, outputs, largest, 0);
    float[] sums = new float[strip];
    kernels.strips().exponentials(out, 0, outputs, largest, 0, 1, sums);
    return sums[0];
  }

  /// Scores of a strip of queries with a strip of keys.
  @Benchmark
  @OperationsPerInvocation(2 * 16 * 16 * HEAD)
  public float scoresOfAttention() {
    kernels.products().multiplyStrip(tiles, 0, x, 0, HEAD, out, 0);
    return out[0];
  }

  /// A strip of weights with a block of values.
  @Benchmark
  @OperationsPerInvocation(2 * 16 * KEYS * HEAD)
  public float valuesOfAttention() {
    kernels.products().multiply(tiles, KEYS, HEAD, x, 0, 0, KEYS, out, 0);
    return out[0];
  }

  @Benchmark
  @OperationsPerInvocation(Panels.WIDEST * 16)
  public float exponentials() {
    System.arraycopy(logits, 0, out, 0, logits.length); // which exponentials replace
    float[] sums = new float[strip];
    kernels.strips().exponentials(out, 0, outputs, new float[strip], 0, 1, sums);
    return sums[0];
  }

  @Benchmark
  @OperationsPerInvocation(Panels.WIDEST * 16)
  public float largest() {
    kernels.strips().max(logits, 0, outputs, largest, 0);
    return largest[0];
  }

  /// Decodes and packs a panel stored in float16.
  @Benchmark
  @OperationsPerInvocation(Panels.WIDEST * INTERMEDIATE)
  public float packingOfFloat16() {
    packer.pack(halves, 0, Panels.WIDEST, kernels, tiles, 0);
    return tiles[0];
  }

  /// Decodes and packs a panel stored in bfloat16.
  @Benchmark
  @OperationsPerInvocation(Panels.WIDEST * INTERMEDIATE)
  public float packingOfBfloat16() {
    packer.pack(upperHalves, 0, Panels.WIDEST, kernels, tiles, 0);
    return tiles[0];
  }
}
