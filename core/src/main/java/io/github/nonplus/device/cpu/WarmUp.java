package io.github.nonplus.device.cpu;

import io.github.nonplus.device.Batch;
import io.github.nonplus.library.Function;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/// Runs a small model again and again, on a thread of its own, while the real one is still being
/// read and its weights' digest is taken. An interpreted kernel is hundreds of times slower than a
/// compiled one, and the compiler only turns to what was called often.
///
/// First comes what every model needs, with the commonest weights; then what the real one has
/// beside products, as soon as it is known; then weights of every form.
final class WarmUp implements AutoCloseable {
  /// Two windows, of which each ends within a strip; more tokens would only take longer.
  private static final Batch BATCH = SmallModel.batch(5, 3);

  /// Batches after which most kernels are with the compiler. The real model waits for them: its
  /// first window would keep the processors busy with interpreted kernels meanwhile, and end later.
  private static final int FIRST_BATCHES = 6;

  /// The most batches of weights of every form: after so many, everything is compiled that ever
  /// will be.
  private static final int BATCHES = 60;

  /// That of a JVM, by the names of kernels.
  private static final Map<String, WarmUp> BEGUN = new ConcurrentHashMap<>();

  /// Rounds of the real model's own operations: the first three take nearly all the time.
  private static final int OWN_ROUNDS = 12;

  private final Kernels kernels;
  private final CountDownLatch first = new CountDownLatch(1);
  private final AtomicBoolean isTold = new AtomicBoolean();
  private final AtomicReference<Function> expected = new AtomicReference<>();
  private volatile boolean isOver;

  private WarmUp(Kernels kernels) {
    this.kernels = kernels;
  }

  /// That of these kernels, which is begun unless it was before: one is enough for a JVM.
  static WarmUp of(Kernels kernels) {
    return BEGUN.computeIfAbsent(kernels.name(), _ -> begun(kernels));
  }

  private static WarmUp begun(Kernels kernels) {
    WarmUp warmUp = new WarmUp(kernels);
    Thread.ofPlatform().daemon().name("nonplus-warm-up").start(warmUp::run);
    return warmUp;
  }

  private void run() {
    try {
      run(kernels, MadeUpWeights.halves(), FIRST_BATCHES, () -> isOver);
      runExpected();
    } finally {
      first.countDown();
    }
    if (!isOver) {
      run(kernels, MadeUpWeights.ofEveryForm(), BATCHES, () -> isOver);
    }
  }

  /// Scores so many batches, or fewer if it is over before.
  static void run(Kernels kernels, MadeUpWeights weights, int batches, BooleanSupplier isOver) {
    try (Workers alone = new Workers(1);
        weights;
        CpuExecutable executable =
            new CpuExecutable(SmallModel.score(), weights, BATCH.tokens(), kernels, alone)) {
      for (int batch = 0; batch < batches && !isOver.getAsBoolean(); batch++) {
        executable.runUntil(BATCH, isOver);
      }
    }
  }

  /// Tells it of a model that is being read. Those after the first warm up by themselves.
  void expect(Function function) {
    if (isTold.compareAndSet(false, true)) {
      expected.set(function);
    }
  }

  private void runExpected() {
    Function function = expected.getAndSet(null);
    if (function != null) {
      OwnOperations.of(function, kernels).ifPresent(own -> own.run(OWN_ROUNDS, () -> isOver));
    }
  }

  /// Lets the first batches be done, and what the expected model has of its own, and ends it: what
  /// comes now warms up by itself.
  void finish() {
    awaitFirst();
    runExpected(); // it may have been told of since
    isOver = true;
  }

  void awaitFirst() {
    try {
      first.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Ends it at once; one that has not got far does not count.
  @Override
  public void close() {
    isOver = true;
    if (first.getCount() > 0) {
      BEGUN.values().remove(this);
    }
  }
}
