package io.github.nonplus.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A new file of a [WholeDirectory], which is on the disk, and not only in the system's memory,
/// once it is closed. No [Interruption] falls into a write. It is not buffered.
public final class ForcedFile extends OutputStream {
  private final FileChannel channel;

  private ForcedFile(FileChannel channel) {
    this.channel = channel;
  }

  /// Begins it.
  public static ForcedFile open(Path file) throws IOException {
    return new ForcedFile(
        Interruption.undisturbed(
            () -> FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)));
  }

  /// Writes all of it.
  public static void write(Path file, String text) throws IOException {
    try (ForcedFile out = open(file)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /// Writes what another file holds.
  public static void copy(Path from, Path file) throws IOException {
    try (ForcedFile out = open(file)) {
      Files.copy(from, out);
    }
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Interruption.undisturbed(
        () -> {
          ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
          while (rest.hasRemaining()) {
            channel.write(rest);
          }
          return null;
        });
  }

  @Override
  public void close() throws IOException {
    Interruption.undisturbed(
        () -> {
          if (channel.isOpen()) {
            channel.force(true);
            channel.close();
          }
          return null;
        });
  }
}
