package io.github.nonplus.device.cpu;

import io.github.nonplus.quantization.GroupQuantization;
import io.github.nonplus.quantization.Quantization;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// Runs every kernel on small arrays, on a thread of its own, while the model is still being read
/// and its weights' digest is taken. An interpreted kernel is hundreds of times slower than a
/// compiled one, and the compiler only turns to what was called often.
final class WarmUp implements AutoCloseable {
  /// Calls of each kernel: more than the launcher's thresholds.
  private static final int CALLS = 800;

  /// One that rounds weights to float16, and one that does not.
  private static final List<GroupQuantization> SCHEMES =
      Stream.of("q4f16_0", "q4f32_1")
          .map(Quantization::named)
          .map(GroupQuantization.class::cast)
          .toList();

  private static final int INPUTS = 48;
  private static final int COLUMNS = 16;

  private final Thread thread;
  private volatile boolean isOver;

  private WarmUp(Kernels kernels) {
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("nonplus-warm-up")
            .unstarted(() -> callEach(kernels, CALLS, () -> isOver));
  }

  /// Begins it.
  static WarmUp start(Kernels kernels) {
    WarmUp warmUp = new WarmUp(kernels);
    warmUp.thread.start();
    return warmUp;
  }

  /// Calls every kernel so many times, unless it is over before.
  static void callEach(Kernels kernels, int calls, BooleanSupplier isOver) {
    int width = kernels.stripWidth();
    float[] x = new float[INPUTS * width];
    float[] weights = new float[INPUTS * COLUMNS];
    float[] out = new float[INPUTS * width * 2];
    float[] each = new float[width];
    int[] visible = new int[width];
    float[] columns = new float[COLUMNS];
    Products products = kernels.products();
    StripOperations strips = kernels.strips();
    int tile = products.tileOutputs();
    List<Runnable> all =
        List.of(
            () -> products.multiply(weights, INPUTS, tile, x, 0, 0, INPUTS, out, 0),
            () -> strips.norm(x, 0, columns, 1, out, 0),
            () -> strips.exponentials(out, 0, COLUMNS, each, 0, 1, each),
            () -> strips.gateSilu(x, 0, x, 0, out, 0, COLUMNS * width),
            () -> products.multiplyStrip(x, 0, x, 0, COLUMNS, out, 0),
            () -> strips.add(x, 0, x, 0, out, 0, COLUMNS * width),
            () -> strips.rotate(out, 0, COLUMNS, x, x),
            () -> strips.max(out, 0, COLUMNS, each, 0),
            () -> strips.hide(out, 0, 0, COLUMNS, visible),
            () -> Tiles.pack(x, 0, COLUMNS, tile, COLUMNS, tile, weights, 0, INPUTS, 0),
            () -> strips.divide(out, 0, COLUMNS, each, 0),
            () -> SCHEMES.forEach(scheme -> unpack(kernels, scheme, out)));
    all.forEach(kernel -> repeat(kernel, calls, isOver));
  }

  /// A group, whose room is that of an output of one.
  private static void unpack(Kernels kernels, GroupQuantization scheme, float[] weights) {
    int[] words = new int[scheme.wordsPerGroup()];
    float[] scales = {0.01f};
    kernels.unpacking().unpack(scheme, scheme.groupSize(), words, scales, 0, 1, weights, 0);
  }

  private static void repeat(Runnable kernel, int calls, BooleanSupplier isOver) {
    for (int call = 0; call < calls && !isOver.getAsBoolean(); call++) {
      kernel.run();
    }
  }

  /// Ends it: what comes now warms up by itself.
  @Override
  public void close() {
    isOver = true;
  }
}
