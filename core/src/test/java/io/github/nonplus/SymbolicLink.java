package io.github.nonplus;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A symbolic link for a test, which is skipped where none can be made: Windows lets few users, and
/// Wine before version 10 says that it has made one.
public final class SymbolicLink {
  private SymbolicLink() {}

  /// Makes `link`, which leads to `target`.
  public static Path make(Path link, Path target) throws IOException {
    try {
      Files.createSymbolicLink(link, target);
    } catch (FileSystemException | UnsupportedOperationException e) {
      assumeTrue(false, "symbolic links cannot be made here: " + e.getMessage());
    }
    assumeTrue(Files.isSymbolicLink(link), "symbolic links cannot be made here");
    return link;
  }
}
