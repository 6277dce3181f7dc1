package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.Workers;

/// What the processors can do at most.
public final class Peak {
  private static final PeakBenchmark LOOP = new PeakBenchmark();
  private static final int LOOPS = 10;
  private static volatile float sink;

  private Peak() {}

  /// Operations a second of independent fused multiply-adds, on all workers together, measured for
  /// some milliseconds.
  public static double operations(Workers workers) {
    long begin = System.nanoTime();
    workers.run(
        workers.threads(),
        (_, _) -> {
          for (int i = 0; i < LOOPS; i++) {
            sink = LOOP.vectorMultiplyAdds();
          }
        });
    double nanoseconds = System.nanoTime() - begin;
    double vectors = (double) LOOPS * PeakBenchmark.ROUNDS * PeakBenchmark.CHAINS;
    return workers.threads() * vectors * 2 * PeakBenchmark.SPECIES.length() / nanoseconds * 1e9;
  }
}
