package io.github.nonplus.device.cpu;

import io.github.nonplus.device.cpu.vector.VectorKernels;
import java.util.Arrays;
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

/// The kernels on one tile of SmolLM2-135M's shapes. A result is in floating-point operations a
/// nanosecond, GFLOP/s; exponentials and packing in numbers a nanosecond.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class KernelBenchmark {
  private static final int ROWS = Scratch.TILE_ROWS;
  private static final int WIDTH = Panels.WIDTH;
  private static final int HIDDEN = 576;
  private static final int INTERMEDIATE = 1536;
  private static final int HEAD = 64;
  private static final int KEYS = AttendScratch.KEYS;
  private static final int QUERIES = AttendScratch.ROWS;

  /// Bits of a vector.
  @Param("256")
  int bits;

  private Kernels kernels;
  private Scratch scratch;
  private AttendScratch attention;
  private float[] x;
  private float[] logits;

  /// Fills everything with numbers, and compares with the scalar kernels.
  @Setup
  public void prepare() {
    kernels = VectorKernels.of(bits);
    Random random = new Random(1);
    x = numbers(random, KEYS * INTERMEDIATE);
    logits = numbers(random, ROWS * WIDTH);
    scratch = new Scratch(INTERMEDIATE);
    float[] expected = product(Kernels.scalar(), INTERMEDIATE);
    require(expected, product(kernels, INTERMEDIATE));
    attention = new AttendScratch(HEAD, QUERIES);
    require(attended(Kernels.scalar()), attended(kernels));
    float[] scores = logits.clone();
    float sum = Kernels.scalar().rows().exponentials(scores, 0, WIDTH, 1, 1);
    System.arraycopy(logits, 0, scores, 0, logits.length);
    require(new float[] {sum}, new float[] {kernels.rows().exponentials(scores, 0, WIDTH, 1, 1)});
  }

  private static float[] numbers(Random random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = 2 * random.nextFloat() - 1;
    }
    return numbers;
  }

  private static void require(float[] expected, float[] found) {
    if (!Arrays.equals(expected, found)) {
      throw new IllegalStateException("the kernels differ from the scalar ones");
    }
  }

  /// The products of one tile with one panel, both packed for those kernels.
  private float[] product(Kernels some, int depth) {
    float[] packed = new float[ROWS * depth];
    int tile = some.products().tileRows();
    Strips.transpose(x, 0, depth, ROWS, depth, tile, packed, depth, 0, 0);
    int strip = some.stripWidth();
    Strips.transpose(x, 0, depth, WIDTH, depth, strip, scratch.panel, depth, 0, 0);
    scratch.multiply(some, packed, 0, ROWS, depth, WIDTH);
    return scratch.tile.clone();
  }

  private float[] attended(Kernels some) {
    attend(some);
    float[] out = new float[QUERIES * HEAD];
    for (int query = 0; query < QUERIES; query++) {
      attention.end(some, query, out, query * HEAD);
    }
    return out;
  }

  private void attend(Kernels some) {
    attention.begin(QUERIES);
    attention.pack(some, x, 0, HEAD, KEYS * HEAD, HEAD, KEYS);
    for (int r = 0; r < QUERIES; r++) {
      attention.query(r, x, r * HEAD);
      attention.visible[r] = KEYS - QUERIES + 1 + r;
    }
    attention.tile(some, 0, QUERIES, 0.125f);
  }

  /// Inputs of the first feed-forward product, of attention's products, and of the score.
  @Benchmark
  @OperationsPerInvocation(2 * ROWS * WIDTH * HIDDEN)
  public float productOfHidden() {
    scratch.multiply(kernels, x, 0, ROWS, HIDDEN, WIDTH);
    return scratch.tile[0];
  }

  /// Inputs of the second feed-forward product.
  @Benchmark
  @OperationsPerInvocation(2 * ROWS * WIDTH * INTERMEDIATE)
  public float productOfIntermediate() {
    scratch.multiply(kernels, x, 0, ROWS, INTERMEDIATE, WIDTH);
    return scratch.tile[0];
  }

  /// The same products with what the score does to them.
  @Benchmark
  @OperationsPerInvocation(2 * ROWS * WIDTH * HIDDEN)
  public float score() {
    scratch.multiply(kernels, x, 0, ROWS, HIDDEN, WIDTH);
    float sum = 0;
    for (int row = 0; row < ROWS; row++) {
      float largest = kernels.rows().max(scratch.tile, row * WIDTH, WIDTH);
      sum += kernels.rows().exponentials(scratch.tile, row * WIDTH, WIDTH, largest, 1);
    }
    return sum;
  }

  /// A tile of queries with a block of keys, packing included.
  @Benchmark
  @OperationsPerInvocation(4 * QUERIES * KEYS * HEAD)
  public int attention() {
    attend(kernels);
    return attention.visible[0];
  }

  @Benchmark
  @OperationsPerInvocation(ROWS * WIDTH)
  public float exponentials() {
    return kernels.rows().exponentials(logits, 0, ROWS * WIDTH, 1, 1);
  }
}
