package io.github.nonplus.device.cpu;

/// Runs every kernel on small arrays, on a thread of its own, while the weights are still being
/// opened and their digest is taken. An interpreted kernel is hundreds of times slower than a
/// compiled one, and the compiler only turns to what was called often.
final class WarmUp implements AutoCloseable {
  /// Calls of each kernel: more than the launcher's thresholds.
  private static final int CALLS = 800;

  private static final int INPUTS = 48;
  private static final int COLUMNS = 16;

  private final Kernels kernels;
  private final Thread thread;
  private volatile boolean isOver;

  private WarmUp(Kernels kernels) {
    this.kernels = kernels;
    this.thread = Thread.ofPlatform().daemon().name("nonplus-warm-up").unstarted(this::run);
  }

  /// Begins it.
  static WarmUp start(Kernels kernels) {
    WarmUp warmUp = new WarmUp(kernels);
    warmUp.thread.start();
    return warmUp;
  }

  private void run() {
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
    repeat(() -> products.multiply(weights, INPUTS, tile, x, 0, 0, INPUTS, out, 0));
    repeat(() -> strips.norm(x, 0, columns, 1, out, 0));
    repeat(() -> strips.exponentials(out, 0, COLUMNS, each, 0, 1, each));
    repeat(() -> strips.gateSilu(x, 0, x, 0, out, 0, COLUMNS * width));
    repeat(() -> products.multiplyStrip(x, 0, x, 0, COLUMNS, out, 0));
    repeat(() -> strips.add(x, 0, x, 0, out, 0, COLUMNS * width));
    repeat(() -> strips.rotate(out, 0, COLUMNS, x, x));
    repeat(() -> strips.max(out, 0, COLUMNS, each, 0));
    repeat(() -> strips.hide(out, 0, 0, COLUMNS, visible));
    repeat(() -> Tiles.pack(x, 0, COLUMNS, tile, COLUMNS, tile, weights, 0, INPUTS, 0));
    repeat(() -> strips.divide(out, 0, COLUMNS, each, 0));
  }

  private void repeat(Runnable kernel) {
    for (int call = 0; call < CALLS && !isOver; call++) {
      kernel.run();
    }
  }

  /// Ends it: what comes now warms up by itself.
  @Override
  public void close() {
    isOver = true;
  }
}
