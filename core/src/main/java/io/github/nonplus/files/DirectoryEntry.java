package io.github.nonplus.files;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.function.Consumer;

/// A name in a folder, moved or removed: the one place where either happens to what Nonplus made.
///
/// Windows refuses both while a file is open or mapped. Nonplus has none of its own open then,
/// which a test looks at; but scanners for viruses and indexers open what is new for a moment, so a
/// refusal there is waited out.
final class DirectoryEntry {
  private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final long FIRST_PAUSE_MS = 10;
  private static final long LONGEST_PAUSE_MS = 200;

  /// Is told of each path before it is moved, replaced or removed.
  static volatile Consumer<Path> watch = _ -> {};

  private DirectoryEntry() {}

  /// Moves a file, which replaces one of that name, or a folder; at once, where the system can.
  static void move(Path from, Path to) throws IOException {
    watch.accept(from);
    watch.accept(to);
    patiently(
        () -> {
          try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
          } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
          }
        });
  }

  /// Removes a file or an empty folder.
  ///
  /// @throws NoSuchFileException if nothing of that name is there
  static void delete(Path path) throws IOException {
    watch.accept(path);
    patiently(() -> Files.delete(path));
  }

  /// The same; that nothing is there is no failure.
  static void deleteIfExists(Path path) throws IOException {
    try {
      delete(path);
    } catch (NoSuchFileException e) {
      // as it should be
    }
  }

  /// What another program may be in the way of.
  @FunctionalInterface
  interface Change {
    void make() throws IOException;
  }

  private static void patiently(Change change) throws IOException {
    patiently(change, WINDOWS ? PATIENCE : Duration.ZERO);
  }

  /// Makes a change, and again while the system refuses it and there is patience.
  static void patiently(Change change, Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    for (long pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        change.make();
        return;
      } catch (NoSuchFileException | FileAlreadyExistsException | DirectoryNotEmptyException e) {
        throw e;
      } catch (FileSystemException e) {
        if (System.nanoTime() >= end || !paused(pause)) {
          throw e;
        }
      }
    }
  }

  private static boolean paused(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
