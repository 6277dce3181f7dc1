package io.github.nonplus.files;

import io.github.nonplus.failure.OutputException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.UnaryOperator;

/// A file in the making: what is written goes to a hidden file beside the target, which [#commit]
/// forces to the disk and renames onto the target. Without that, [#close] or an [Interruption]
/// removes it, and an older target stays as it was; what a killed process left, [Leftovers] finds.
public final class FileDraft implements AutoCloseable, Interruption.HalfMade {
  private static final int BUFFER = 1 << 16;

  private final Path target;
  private final Path place;
  private final Claim claim;
  private final FileChannel channel;
  private final OutputStream out;

  private FileDraft(Path target, UnaryOperator<OutputStream> stream) throws IOException {
    this.target = target;
    this.place = FilePlace.of(target).path();
    this.claim = Claim.beside(place);
    try {
      this.channel =
          FileChannel.open(
              claim.partial(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      claim.close();
      throw e;
    }
    this.out = new BufferedOutputStream(stream.apply(Channels.newOutputStream(channel)), BUFFER);
    Interruption.add(this);
  }

  /// Begins a draft of `target`. A symbolic link is followed.
  public static FileDraft of(Path target) {
    return of(target, UnaryOperator.identity());
  }

  /// The same, with the raw stream replaced by `stream` of it, so that a test can fill the disk.
  static FileDraft of(Path target, UnaryOperator<OutputStream> stream) {
    AtomicFile.check(target);
    try {
      return Interruption.undisturbed(() -> new FileDraft(target, stream));
    } catch (IOException e) {
      throw failure(target, e);
    }
  }

  /// Adds to the draft.
  public void write(AtomicFile.Content content) {
    try {
      Interruption.undisturbed(
          () -> {
            content.writeTo(out);
            return null;
          });
    } catch (IOException e) {
      throw failure(target, e);
    }
  }

  /// Makes the draft the target. When this returns, a loss of power cannot take it back.
  public void commit() {
    try {
      Interruption.undisturbed(
          () -> {
            out.flush();
            channel.force(true);
            channel.close();
            DirectoryEntry.move(claim.partial(), place);
            Tree.forceFolder(place.getParent());
            claim.close();
            return null;
          });
    } catch (IOException e) {
      throw failure(target, e);
    }
  }

  @Override
  public void discard() throws IOException {
    channel.close();
    DirectoryEntry.deleteIfExists(claim.partial());
    claim.close();
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
    } catch (IOException e) {
      throw failure(target, e);
    }
  }

  private static OutputException failure(Path target, IOException e) {
    return new OutputException(
        "%s cannot be written: %s; nothing was left behind".formatted(target, Reason.of(e)), e);
  }
}
