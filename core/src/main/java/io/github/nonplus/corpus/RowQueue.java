package io.github.nonplus.corpus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// Rows read by a thread of its own, so that a reader that never comes back from a damaged file is
/// noticed: the thread is then left behind, and does not keep the process.
final class RowQueue {
  private static final int ROWS = 256;
  private static final int LISTS = 4;

  /// What the thread hands over.
  ///
  /// @param last whether nothing follows
  /// @param failure why nothing follows, or null
  private record Rows(List<String> rows, boolean last, Throwable failure) {}

  private final ArrayBlockingQueue<Rows> queue = new ArrayBlockingQueue<>(LISTS);

  private RowQueue() {}

  /// Hands on all rows of `source`.
  ///
  /// @param patience how long to wait for the next 256 rows
  /// @throws TimeoutException if they did not come
  /// @throws Throwable what the source threw
  static void forEach(Consumer<Consumer<String>> source, Duration patience, Consumer<String> sink)
      throws Throwable {
    RowQueue queue = new RowQueue();
    Thread thread = Thread.ofPlatform().daemon().name("rows").start(() -> queue.fill(source));
    try {
      for (boolean last = false; !last; ) {
        Rows rows = queue.queue.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (rows == null) {
          throw new TimeoutException("nothing came for %d s".formatted(patience.toSeconds()));
        }
        rows.rows().forEach(sink);
        if (rows.failure() != null) {
          throw rows.failure();
        }
        last = rows.last();
      }
    } finally {
      thread.interrupt();
    }
  }

  private void fill(Consumer<Consumer<String>> source) {
    List<String> waiting = new ArrayList<>();
    Throwable failure = null;
    try {
      source.accept(
          row -> {
            waiting.add(row);
            if (waiting.size() == ROWS) {
              put(new Rows(List.copyOf(waiting), false, null));
              waiting.clear();
            }
          });
    } catch (Throwable e) { // an Error as well: who waits must not wait for ever
      failure = e;
    }
    try {
      put(new Rows(List.copyOf(waiting), true, failure));
    } catch (CancellationException e) {
      return; // whoever waited has gone
    }
  }

  private void put(Rows rows) {
    try {
      queue.put(rows);
    } catch (InterruptedException e) {
      throw new CancellationException(); // nobody wants the rows any more
    }
  }
}
