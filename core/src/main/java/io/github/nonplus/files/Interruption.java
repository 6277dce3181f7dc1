package io.github.nonplus.files;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// The end of the process before its work is done: Ctrl-C, `kill`, a terminal that is closed.
/// Whoever registered last says its last words; then everything half made is removed, the newest
/// first. A thread that would go on with a file waits from then on, and ends with the process.
///
/// Nothing here helps against `kill -9` or a loss of power: [Leftovers] does.
public final class Interruption {
  private static final ReentrantReadWriteLock LOCK = new ReentrantReadWriteLock();
  private static final Deque<Runnable> WORDS = new ArrayDeque<>();
  private static final Deque<HalfMade> HALF_MADE = new ArrayDeque<>();

  /// More than a buffer takes to be written. A disk that hangs longer is left to the next run.
  private static final long SECONDS_OF_PATIENCE = 10;

  private static final long SECONDS_TO_SPEAK = 2;

  private static boolean hooked;
  private static boolean over;

  private Interruption() {}

  /// A file or folder that must not outlive its maker.
  interface HalfMade {
    /// Removes it. Nobody else works with it any more.
    void discard() throws IOException;
  }

  /// Something that an interruption must not fall into, such as a rename and what belongs to it.
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /// What is withdrawn by closing it.
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /// Has `words` said if the process is interrupted before the registration is closed. They are not
  /// waited for for long.
  public static Registration lastWords(Runnable words) {
    synchronized (WORDS) {
      hook();
      WORDS.push(words);
    }
    return () -> {
      synchronized (WORDS) {
        WORDS.remove(words);
      }
    };
  }

  static void add(HalfMade made) {
    synchronized (WORDS) {
      hook();
      HALF_MADE.push(made);
    }
  }

  static void remove(HalfMade made) {
    synchronized (WORDS) {
      HALF_MADE.remove(made);
    }
  }

  private static void hook() {
    if (!hooked) {
      hooked = true;
      try {
        Runtime.getRuntime().addShutdownHook(new Thread(Interruption::end, "interruption"));
      } catch (IllegalStateException e) {
        // The process is ending already.
      }
    }
  }

  /// Does work on files, side by side with other such work, never in the middle of an interruption.
  static <T> T undisturbed(Work<T> work) throws IOException {
    LOCK.readLock().lock();
    try {
      while (over) {
        LockSupport.park();
      }
      return work.run();
    } finally {
      LOCK.readLock().unlock();
    }
  }

  private static void end() {
    Runnable words;
    synchronized (WORDS) {
      words = WORDS.peek();
    }
    try {
      if (words != null) {
        Thread speaker = Thread.ofPlatform().daemon().name("last words").start(words);
        speaker.join(Duration.ofSeconds(SECONDS_TO_SPEAK)); // a terminal may be held
      }
      if (!LOCK.writeLock().tryLock(SECONDS_OF_PATIENCE, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      return;
    }
    try {
      over = true;
      discardAll();
    } finally {
      LOCK.writeLock().unlock();
    }
  }

  private static void discardAll() {
    synchronized (WORDS) {
      for (HalfMade made : HALF_MADE) {
        try {
          made.discard();
        } catch (IOException e) {
          // The next run finds it.
        }
      }
    }
  }
}
