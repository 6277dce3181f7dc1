package io.github.nonplus.device.cpu;

import java.util.function.BooleanSupplier;

/// Runs a small model again and again, on a thread of its own, while the real one is still being
/// read and its weights' digest is taken. An interpreted kernel is hundreds of times slower than a
/// compiled one, and the compiler only turns to what was called often.
final class WarmUp implements AutoCloseable {
  /// The most batches of the small model: after so many, everything is compiled that ever will be.
  private static final int BATCHES = 60;

  private final Thread thread;
  private volatile boolean isOver;

  private WarmUp(Kernels kernels) {
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("nonplus-warm-up")
            .unstarted(() -> run(kernels, BATCHES, () -> isOver));
  }

  /// Begins it.
  static WarmUp start(Kernels kernels) {
    WarmUp warmUp = new WarmUp(kernels);
    warmUp.thread.start();
    return warmUp;
  }

  /// Scores so many batches, or fewer if it is over before.
  static void run(Kernels kernels, int batches, BooleanSupplier isOver) {
    try (Workers alone = new Workers(1);
        MadeUpWeights weights = new MadeUpWeights();
        CpuExecutable executable =
            new CpuExecutable(
                SmallModel.score(), weights, SmallModel.BATCH.tokens(), kernels, alone)) {
      for (int batch = 0; batch < batches && !isOver.getAsBoolean(); batch++) {
        executable.runUntil(SmallModel.BATCH, isOver);
      }
    }
  }

  /// Ends it: what comes now warms up by itself.
  @Override
  public void close() {
    isOver = true;
  }
}
