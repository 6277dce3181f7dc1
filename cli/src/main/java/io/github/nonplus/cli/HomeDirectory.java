package io.github.nonplus.cli;

import io.github.nonplus.files.Scratch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// The user's home directory, where caches are kept, those of libraries that we call among them.
/// Java names one that it does not know `?`, and what is kept there then lands in the working
/// folder.
final class HomeDirectory {
  private static final String HOME = "user.home";

  private HomeDirectory() {}

  /// Without a home, as users without an entry among the system's and services have none, caches
  /// are kept where temporary files are, in a folder that is this user's alone.
  ///
  /// @param note is told where
  static void require(Consumer<String> note) {
    String home = System.getProperty(HOME, "");
    if (!Path.of(home).isAbsolute() || !Files.isDirectory(Path.of(home))) {
      Path instead = Scratch.ofUser().toAbsolutePath();
      note.accept("This user has no home directory: caches are kept in %s.".formatted(instead));
      System.setProperty(HOME, instead.toString());
    }
  }
}
