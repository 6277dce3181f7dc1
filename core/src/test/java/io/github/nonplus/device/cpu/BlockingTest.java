package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.Batch;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Caches and workers decide how a product is cut, and nothing else.
class BlockingTest {
  /// Several strips, of which one is not full.
  private static final Batch BATCH = SmallModel.batch(20, 12);

  static Stream<Caches> caches() {
    return Stream.of(
        new Caches(1 << 10, 4 << 10), // every matrix is deep, and has many stretches
        new Caches(1 << 10, 64 << 10),
        new Caches(16 << 10, 256 << 10),
        new Caches(48 << 10, 8 << 20)); // none is
  }

  @ParameterizedTest
  @MethodSource("caches")
  void notABitOfALossDependsOnCachesOrWorkers(Caches caches) {
    double[] expected = losses(Caches.USUAL, 1);
    for (int workers = 1; workers <= 4; workers++) {
      assertThat(losses(caches, workers)).as("%d workers", workers).isEqualTo(expected);
    }
  }

  /// Enough tokens for one and two workers to have tokens of their own, of deep matrices, too, and
  /// not for nine.
  @ParameterizedTest
  @MethodSource("caches")
  void norOnWhetherWorkersShareTokensOrPanels(Caches caches) {
    Batch batch = SmallModel.batch(1200, 900);
    double[] byPanels = losses(batch, caches, 9);
    assertThat(losses(batch, caches, 1)).isEqualTo(byPanels);
    assertThat(losses(batch, caches, 2)).isEqualTo(byPanels);
  }

  private static double[] losses(Caches caches, int threads) {
    return losses(BATCH, caches, threads);
  }

  private static double[] losses(Batch batch, Caches caches, int threads) {
    Kernels kernels = Kernels.scalar();
    try (Workers workers = new Workers(threads);
        MadeUpWeights weights = MadeUpWeights.ofEveryForm();
        CpuExecutable executable =
            new CpuExecutable(
                SmallModel.score(), weights, batch.tokens(), kernels, workers, caches)) {
      return executable.score(batch);
    }
  }
}
