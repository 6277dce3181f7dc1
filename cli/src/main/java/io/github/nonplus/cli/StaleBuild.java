package io.github.nonplus.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;

/// Whether this is run from a folder of sources that have changed since they were built. A POSIX
/// launcher looks itself before it starts Java; that of Windows cannot and asks for it with a
/// property.
final class StaleBuild {
  /// What tells the launcher to build and to start again; no command ends with it.
  static final int EXIT_CODE = 75;

  /// The folder of the sources, if they are to be looked at.
  private static final String SOURCES = "nonplus.sources";

  private StaleBuild() {}

  /// Whether the launcher has to build again before a command is run.
  static boolean isRun() {
    String sources = System.getProperty(SOURCES);
    return sources != null && isStale(Path.of(sources));
  }

  /// Whether a source is newer than the file whose time is the start of the last build.
  static boolean isStale(Path home) {
    try {
      FileTime built = Files.getLastModifiedTime(home.resolve("cli/target/built"));
      try (var modules = Files.newDirectoryStream(home, Files::isDirectory)) {
        for (Path module : modules) {
          for (Path source : List.of(module.resolve("pom.xml"), module.resolve("src/main"))) {
            if (Files.exists(source) && isNewer(source, built)) {
              return true;
            }
          }
        }
      }
      return isNewer(home.resolve("pom.xml"), built);
    } catch (IOException e) {
      return true; // the build says what is wrong
    }
  }

  private static boolean isNewer(Path root, FileTime built) throws IOException {
    boolean[] found = new boolean[1];
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return look(attributes);
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            return look(attributes);
          }

          private FileVisitResult look(BasicFileAttributes attributes) {
            found[0] |= attributes.lastModifiedTime().compareTo(built) > 0;
            return found[0] ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
          }
        });
    return found[0];
  }
}
