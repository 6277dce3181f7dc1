package io.github.nonplus.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/// A file, or a folder with all that is in it. Symbolic links are never followed.
public final class Tree {
  private Tree() {}

  /// Removes it; nothing may be there.
  static void delete(Path root) throws IOException {
    if (Files.notExists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            DirectoryEntry.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            DirectoryEntry.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /// Forces the names in a folder to the disk: a file that was renamed there outlives a loss of
  /// power only then.
  public static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no folders, and needs none of this.
    }
  }
}
