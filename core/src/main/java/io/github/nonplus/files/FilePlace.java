package io.github.nonplus.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// Where a file or folder lies or would lie, whatever it is called: links followed, `.` and `..`
/// gone. Two paths are the same place if the file system says so, which also finds two names (hard
/// links) of one file, and names that differ only in case where that makes no difference.
///
/// @param path absolute
public record FilePlace(Path path) {
  /// A chain of links that is longer goes in a circle.
  private static final int MOST_LINKS = 40;

  /// The place of a path, which need not exist.
  public static FilePlace of(Path path) {
    Path at = path.toAbsolutePath();
    try {
      for (int links = 0; links < MOST_LINKS && Files.isSymbolicLink(at); links++) {
        at = real(at.getParent()).resolve(Files.readSymbolicLink(at));
      }
      return new FilePlace(real(at));
    } catch (IOException e) {
      return new FilePlace(at.normalize()); // what is wrong with it is said when it is opened
    }
  }

  /// The real path of the part that exists, and the rest as it is.
  private static Path real(Path absolute) throws IOException {
    if (Files.exists(absolute)) {
      return absolute.toRealPath();
    }
    Path parent = absolute.getParent();
    return parent == null || absolute.getFileName() == null
        ? absolute
        : real(parent).resolve(absolute.getFileName()).normalize();
  }

  /// Whether it is the same file or folder.
  public boolean isSame(FilePlace other) {
    if (path.equals(other.path)) {
      return true;
    }
    try {
      return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
          && Files.exists(other.path, LinkOption.NOFOLLOW_LINKS)
          && Files.isSameFile(path, other.path);
    } catch (IOException e) {
      return false;
    }
  }

  /// Whether it lies within a folder, at any depth, or is that folder.
  public boolean isWithin(FilePlace folder) {
    for (Path above = path; above != null; above = above.getParent()) {
      if (new FilePlace(above).isSame(folder)) {
        return true;
      }
    }
    return false;
  }
}
