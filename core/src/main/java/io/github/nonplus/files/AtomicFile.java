package io.github.nonplus.files;

import io.github.nonplus.failure.OutputException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.function.UnaryOperator;

/// A file that is either there as a whole or not there at all. The content goes to a sibling
/// temporary file, is forced to the disk and then renamed onto the target; on any failure the
/// temporary file is removed and an older target stays as it was.
public final class AtomicFile {
  private static final int BUFFER = 1 << 16;

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
    if (Files.exists(target) && !Files.isRegularFile(target)) {
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
    check(target);
    try {
      Path place = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
      Path partial =
          place.resolveSibling(".%s.%s.partial".formatted(place.getFileName(), UUID.randomUUID()));
      try {
        fill(partial, content, stream);
        rename(partial, place);
      } finally {
        Files.deleteIfExists(partial);
      }
    } catch (IOException e) {
      throw new OutputException(
          "%s cannot be written: %s; nothing was left behind".formatted(target, Reason.of(e)), e);
    }
  }

  private static void fill(Path partial, Content content, UnaryOperator<OutputStream> stream)
      throws IOException {
    try (FileChannel channel =
            FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream out = stream.apply(Channels.newOutputStream(channel))) {
      BufferedOutputStream buffered = new BufferedOutputStream(out, BUFFER);
      content.writeTo(buffered);
      buffered.flush();
      channel.force(true);
    }
  }

  private static void rename(Path partial, Path place) throws IOException {
    try {
      Files.move(partial, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(partial, place, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
