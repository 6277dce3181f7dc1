package io.github.nonplus.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Looks at every file and folder that is moved, replaced or removed, and notes what of it this
/// process has open or mapped at that moment, as Linux shows it in `/proc/self`. Windows refuses
/// such a change; Linux does not, and neither does Wine.
public final class WatchedEntries implements AutoCloseable {
  private static final Path SELF = Path.of("/proc/self");

  private final List<String> violations = new ArrayList<>();
  private int seen;

  private WatchedEntries() {
    DirectoryEntry.watch = this::look;
  }

  /// Begins to look. Not for tests side by side in one process.
  public static WatchedEntries begin() {
    return new WatchedEntries();
  }

  /// Whether this system shows what a process has open.
  public static boolean areVisible() {
    return Files.isReadable(SELF.resolve("maps"));
  }

  private void look(Path path) {
    seen++;
    try {
      if (Files.exists(path)) {
        Path real = path.toRealPath();
        open().filter(isWithin(real)).forEach(each -> violations.add("open: " + each));
        mapped().filter(isWithin(real)).forEach(each -> violations.add("mapped: " + each));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Predicate<String> isWithin(Path real) {
    return each -> each.equals(real.toString()) || each.startsWith(real + "/");
  }

  private static Stream<String> open() throws IOException {
    List<String> open = new ArrayList<>();
    try (var descriptors = Files.newDirectoryStream(SELF.resolve("fd"))) {
      for (Path each : descriptors) {
        try {
          open.add(Files.readSymbolicLink(each).toString());
        } catch (IOException e) {
          // that of the listing itself, or closed meanwhile
        }
      }
    }
    return open.stream();
  }

  private static Stream<String> mapped() throws IOException {
    return Files.readAllLines(SELF.resolve("maps")).stream()
        .filter(line -> line.contains("/"))
        .map(line -> line.substring(line.indexOf('/')));
  }

  /// What was open or mapped.
  public List<String> violations() {
    return violations;
  }

  /// How many paths were looked at.
  public int seen() {
    return seen;
  }

  @Override
  public void close() {
    DirectoryEntry.watch = _ -> {};
  }
}
