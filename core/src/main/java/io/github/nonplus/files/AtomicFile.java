package io.github.nonplus.files;

import io.github.nonplus.failure.OutputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/// A file that is either there as a whole or not there at all. The content goes to a sibling
/// temporary file, is forced to the disk and then renamed onto the target; on any failure the
/// temporary file is removed and an older target stays as it was.
public final class AtomicFile {
  private AtomicFile() {}

  /// What is to be written. An `IOException` that leaves it is reported as a failure to write the
  /// target, so trouble with an input has to be turned into a sentence of its own before.
  @FunctionalInterface
  public interface Content {
    /// Writes everything to `out`, which is buffered and need not be closed.
    void writeTo(OutputStream out) throws IOException;
  }

  /// Writes `content` to `target`, replacing a file of that name. A symbolic link is followed.
  ///
  /// @throws OutputException naming the target, if it could not be written
  public static void write(Path target, Content content) {
    write(target, content, UnaryOperator.identity());
  }

  /// Refuses what [#write] would refuse before a byte is produced, so that a long computation does
  /// not end in a typing error.
  public static void check(Path target) {
    Path directory = target.toAbsolutePath().getParent();
    if (Files.isDirectory(target)) {
      throw new OutputException(target + " is a directory; give the name of a file to write");
    }
    if (DeviceName.is(target) || Files.exists(target) && !Files.isRegularFile(target)) {
      throw new OutputException(
          target + " is not a regular file; give the name of a file to write");
    }
    if (directory == null || !Files.isDirectory(directory)) {
      throw new OutputException(
          "%s cannot be written: there is no directory %s; create it first"
              .formatted(target, directory));
    }
    if (!Files.isWritable(directory)) {
      throw new OutputException(
          "%s cannot be written: no permission to create files in %s; choose another directory"
              .formatted(target, directory));
    }
  }

  /// The same, with the raw stream replaced by `stream` of it, so that a test can fill the disk.
  static void write(Path target, Content content, UnaryOperator<OutputStream> stream) {
    try (FileDraft draft = FileDraft.of(target, stream)) {
      draft.write(content);
      draft.commit();
    }
  }
}
