package io.github.nonplus.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/// A file as an input, the one way in which files are opened to be read. It must be a regular one:
/// a pipe can be read only once, and opening it may wait for ever; a device may have no end.
///
/// All methods throw what the file system throws, with a [Reason] that fits into a sentence.
public final class InputFile {
  private InputFile() {}

  /// Refuses what is there and is no regular file. Symbolic links are followed.
  ///
  /// @throws IOException if it is not there, or something else
  public static void require(Path path) throws IOException {
    BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
    if (!found.isRegularFile()) {
      throw new FileSystemException(
          path.toString(), null, kind(path, found) + ", expected a regular file");
    }
  }

  private static String kind(Path path, BasicFileAttributes found) {
    if (found.isDirectory()) {
      return "it is a directory";
    }
    return path.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? switch (type(path)) {
          case 0x1000 -> "it is a pipe, which can be read only once";
          case 0x2000, 0x6000 -> "it is a device";
          case 0xc000 -> "it is a socket";
          default -> "it is no file";
        }
        : "it is a pipe or a device";
  }

  /// The type of a file among the bits of its mode, as POSIX numbers them.
  private static int type(Path path) {
    try {
      return (int) Files.getAttribute(path, "unix:mode", new LinkOption[0]) & 0xf000;
    } catch (IOException e) {
      return 0; // it is gone meanwhile
    }
  }

  /// Its bytes from the first on.
  public static InputStream stream(Path path) throws IOException {
    require(path);
    return Files.newInputStream(path);
  }

  /// A channel that only reads.
  public static FileChannel channel(Path path) throws IOException {
    require(path);
    return FileChannel.open(path, StandardOpenOption.READ);
  }

  /// All its bytes, of which the caller knows that they are not too many.
  public static byte[] bytes(Path path) throws IOException {
    require(path);
    return Files.readAllBytes(path);
  }
}
