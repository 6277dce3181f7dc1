package io.github.nonplus.files;

import io.github.nonplus.failure.OutputException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/// A directory that appears whole or not at all: files are written into a hidden sibling, which
/// `commit` moves into place. Closed without `commit`, nothing is left.
///
/// An existing directory is replaced only if everything in it is recognised as an earlier result.
public final class WholeDirectory implements AutoCloseable {
  private final Path target;
  private final Predicate<Set<String>> earlierResult;
  private final Path partial;
  private final List<Path> createdParents;
  private boolean committed;

  private WholeDirectory(
      Path target, Predicate<Set<String>> earlierResult, Path partial, List<Path> createdParents) {
    this.target = target;
    this.earlierResult = earlierResult;
    this.partial = partial;
    this.createdParents = createdParents;
  }

  /// Prepares to fill `directory`.
  ///
  /// @param earlierResult whether files of these names are an earlier result, to be replaced
  public static WholeDirectory create(Path directory, Predicate<Set<String>> earlierResult) {
    try {
      Path target = resolved(directory);
      refuseForeign(target, earlierResult);
      List<Path> created = createParents(target);
      Path partial = Files.createDirectory(hidden(target, "partial"));
      return new WholeDirectory(target, earlierResult, partial, created);
    } catch (IOException failure) {
      throw notWritten(directory, failure);
    }
  }

  /// Where links lead is what gets replaced, not the link.
  private static Path resolved(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath().normalize();
    Path target = Files.exists(absolute) ? absolute.toRealPath() : absolute;
    if (target.getParent() == null) {
      throw new OutputException(directory + " cannot be written; name another directory");
    }
    return target;
  }

  /// The directories above `target` that were not there, deepest first.
  private static List<Path> createParents(Path target) throws IOException {
    List<Path> created = new ArrayList<>();
    for (Path parent = target.getParent(); Files.notExists(parent); parent = parent.getParent()) {
      created.add(parent);
    }
    Files.createDirectories(target.getParent());
    return created;
  }

  private static void refuseForeign(Path target, Predicate<Set<String>> earlierResult)
      throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new OutputException(
          target + " is a file; name a directory that does not exist yet as output");
    }
    Set<String> names = new TreeSet<>();
    boolean onlyFiles = true;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(target)) {
      for (Path file : files) {
        names.add(file.getFileName().toString());
        onlyFiles &= Files.isRegularFile(file);
      }
    }
    if (!names.isEmpty() && !(onlyFiles && earlierResult.test(names))) {
      throw new OutputException(
          "%s is not replaced, because it holds other things (%s); name an empty or new directory"
              .formatted(target, names.iterator().next()));
    }
  }

  /// Where to write the files.
  public Path path() {
    return partial;
  }

  /// Moves what was written into place.
  public void commit() {
    try {
      if (Files.exists(target)) {
        refuseForeign(target, earlierResult);
        replace();
      } else {
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      }
      committed = true;
    } catch (IOException failure) {
      throw notWritten(target, failure);
    }
  }

  private void replace() throws IOException {
    Path earlier = hidden(target, "earlier");
    Files.move(target, earlier, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      Files.move(earlier, target, StandardCopyOption.ATOMIC_MOVE);
      throw failure;
    }
    delete(earlier);
  }

  private static Path hidden(Path target, String what) {
    String random = Long.toHexString(ThreadLocalRandom.current().nextLong());
    return target.resolveSibling(".%s.%s-%s".formatted(target.getFileName(), what, random));
  }

  /// The failure to write `path`, as a sentence.
  public static OutputException notWritten(Path path, IOException failure) {
    return new OutputException(
        "%s cannot be written (%s); nothing was left there".formatted(path, Reason.of(failure)),
        failure);
  }

  @Override
  public void close() {
    if (!committed) {
      try {
        delete(partial);
        for (Path parent : createdParents) {
          Files.delete(parent);
        }
      } catch (DirectoryNotEmptyException inUse) {
        // Somebody else has put something beside the output since: it stays.
      } catch (IOException failure) {
        throw new OutputException(
            "%s is incomplete and could not be deleted (%s); delete it"
                .formatted(partial, Reason.of(failure)),
            failure);
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
