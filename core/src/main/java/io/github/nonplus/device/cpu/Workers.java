package io.github.nonplus.device.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A team of threads that share the tasks of one operation. Which thread takes which task is left
/// to chance, so no result may depend on it.
public final class Workers implements AutoCloseable {
  private final int threads;
  private final ExecutorService others;

  public Workers(int threads) {
    this.threads = threads;
    this.others =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            Thread.ofPlatform().daemon().name("nonplus-worker-", 1).factory());
  }

  /// One piece of an operation.
  @FunctionalInterface
  public interface Task {
    /// @param worker who runs it, 0 to threads − 1: each has scratch memory of its own
    /// @param index which piece it is
    void run(int worker, int index);
  }

  public int threads() {
    return threads;
  }

  /// Runs tasks 0 to `count` − 1 and returns when all are done. Each worker begins with a range of
  /// them, the same in all operations of as many tasks.
  public void run(int count, Task task) {
    int team = Math.clamp(count, 1, threads);
    run(team, new TaskShares(count, team), task);
  }

  /// The same, but whoever is free takes the next one: for tasks of unlike sizes, the small ones at
  /// the end.
  void runInTurn(int count, Task task) {
    run(Math.clamp(count, 1, threads), new TaskShares(count, 1), task);
  }

  private void run(int team, TaskShares shares, Task task) {
    List<Future<?>> running = new ArrayList<>();
    for (int worker = 1; worker < team; worker++) {
      int self = worker;
      running.add(others.submit(() -> drain(self, shares, task)));
    }
    try {
      drain(0, shares, task);
    } finally {
      shares.end(); // after a failure nobody takes another task
      await(running);
    }
  }

  private static void drain(int worker, TaskShares shares, Task task) {
    for (int i = shares.next(worker); i != TaskShares.NONE; i = shares.next(worker)) {
      task.run(worker, i);
    }
  }

  private static void await(List<Future<?>> running) {
    for (Future<?> future : running) {
      try {
        future.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while an operation was running", e);
      }
    }
  }

  @Override
  public void close() {
    others.shutdownNow();
  }
}
