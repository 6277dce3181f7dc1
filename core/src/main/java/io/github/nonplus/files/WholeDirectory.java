package io.github.nonplus.files;

import io.github.nonplus.failure.OutputException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// A directory that appears whole or not at all: files are written into a hidden sibling, which
/// `commit` moves into place. Closed without `commit`, or interrupted, nothing is left; what a
/// killed process left, [Leftovers] finds.
///
/// An existing directory is replaced only if everything in it is recognised as an earlier result:
/// it is moved aside, the new one takes its place, and it is removed. Between the two moves the new
/// one is whole and on the disk, so whoever finds the process gone can make the second.
public final class WholeDirectory implements AutoCloseable, Interruption.HalfMade {
  private final Path target;
  private final Predicate<Set<String>> earlierResult;
  private final Claim claim;
  private final List<Path> createdParents;
  private boolean committed;

  private WholeDirectory(
      Path target, Predicate<Set<String>> earlierResult, Claim claim, List<Path> createdParents) {
    this.target = target;
    this.earlierResult = earlierResult;
    this.claim = claim;
    this.createdParents = createdParents;
    Interruption.add(this);
  }

  /// Prepares to fill `directory`.
  ///
  /// @param earlierResult whether files of these names are an earlier result, to be replaced
  public static WholeDirectory create(Path directory, Predicate<Set<String>> earlierResult) {
    try {
      return Interruption.undisturbed(() -> created(directory, earlierResult));
    } catch (IOException failure) {
      throw notWritten(directory, failure);
    }
  }

  private static WholeDirectory created(Path directory, Predicate<Set<String>> earlierResult)
      throws IOException {
    Path target = resolved(directory);
    refuseForeign(target, earlierResult);
    List<Path> created = createParents(target);
    Claim claim = Claim.beside(target);
    try {
      Files.createDirectory(claim.partial());
    } catch (IOException failure) {
      claim.close();
      throw failure;
    }
    return new WholeDirectory(target, earlierResult, claim, created);
  }

  /// Where links lead is what gets replaced, not the link.
  private static Path resolved(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath().normalize();
    Path target = Files.exists(absolute) ? absolute.toRealPath() : absolute;
    if (target.getParent() == null || DeviceName.is(target)) {
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

  /// Where to write the files, each as a [ForcedFile].
  public Path path() {
    return claim.partial();
  }

  /// Moves what was written into place.
  public void commit() {
    try {
      Interruption.undisturbed(
          () -> {
            Tree.forceFolder(claim.partial());
            if (Files.exists(target)) {
              refuseForeign(target, earlierResult);
              replace();
            } else {
              DirectoryEntry.move(claim.partial(), target);
              Tree.forceFolder(target.getParent());
            }
            committed = true;
            claim.close();
            return null;
          });
    } catch (IOException failure) {
      throw notWritten(target, failure);
    }
  }

  private void replace() throws IOException {
    claim.force();
    Tree.forceFolder(target.getParent());
    DirectoryEntry.move(target, claim.earlier());
    try {
      DirectoryEntry.move(claim.partial(), target);
    } catch (IOException failure) {
      DirectoryEntry.move(claim.earlier(), target);
      throw failure;
    }
    Tree.forceFolder(target.getParent());
    Tree.delete(claim.earlier());
  }

  /// The failure to write `path`, as a sentence.
  public static OutputException notWritten(Path path, IOException failure) {
    return new OutputException(
        "%s cannot be written (%s); nothing was left there".formatted(path, Reason.of(failure)),
        failure);
  }

  @Override
  public void discard() throws IOException {
    if (!committed) {
      Tree.delete(claim.partial());
      claim.close();
      for (Path parent : createdParents) {
        DirectoryEntry.deleteIfExists(parent);
      }
    }
  }

  @Override
  public void close() {
    Interruption.remove(this);
    try {
      Interruption.undisturbed(
          () -> {
            discard();
            return null;
          });
    } catch (DirectoryNotEmptyException inUse) {
      // Somebody else has put something beside the output since: it stays.
    } catch (IOException failure) {
      throw new OutputException(
          "%s is incomplete and could not be deleted (%s); delete it"
              .formatted(claim.partial(), Reason.of(failure)),
          failure);
    }
  }
}
