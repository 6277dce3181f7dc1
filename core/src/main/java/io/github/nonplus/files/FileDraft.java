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

/// A file in the making: what is written goes to a sibling temporary file, which [#commit] forces
/// to the disk and renames onto the target. Without that, [#close] removes it, and an older target
/// stays as it was.
public final class FileDraft implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final Path target;
  private final Path place;
  private final Path partial;
  private final FileChannel channel;
  private final OutputStream out;

  private FileDraft(Path target, UnaryOperator<OutputStream> stream) throws IOException {
    this.target = target;
    this.place = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
    this.partial =
        place.resolveSibling(".%s.%s.partial".formatted(place.getFileName(), UUID.randomUUID()));
    this.channel =
        FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    this.out = new BufferedOutputStream(stream.apply(Channels.newOutputStream(channel)), BUFFER);
  }

  /// Begins a draft of `target`. A symbolic link is followed.
  public static FileDraft of(Path target) {
    return of(target, UnaryOperator.identity());
  }

  /// The same, with the raw stream replaced by `stream` of it, so that a test can fill the disk.
  static FileDraft of(Path target, UnaryOperator<OutputStream> stream) {
    AtomicFile.check(target);
    try {
      return new FileDraft(target, stream);
    } catch (IOException e) {
      throw failure(target, e);
    }
  }

  /// Adds to the draft.
  public void write(AtomicFile.Content content) {
    try {
      content.writeTo(out);
    } catch (IOException e) {
      throw failure(target, e);
    }
  }

  /// Makes the draft the target.
  public void commit() {
    try {
      out.flush();
      channel.force(true);
      channel.close();
      rename();
    } catch (IOException e) {
      throw failure(target, e);
    }
  }

  private void rename() throws IOException {
    try {
      Files.move(partial, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(partial, place, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      throw failure(target, e);
    }
  }

  private static OutputException failure(Path target, IOException e) {
    return new OutputException(
        "%s cannot be written: %s; nothing was left behind".formatted(target, Reason.of(e)), e);
  }
}
