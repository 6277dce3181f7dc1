package io.github.nonplus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The project's own sources and pages, as text.
final class SourceTree {
  private static final String ROOT_PACKAGE = "io.github.nonplus";
  private static final Pattern MENTION =
      Pattern.compile("\\bio\\.github\\.nonplus\\.([a-z][a-z0-9]*(?:\\.[a-z][a-z0-9]*)*)");
  private static final Pattern DECLARATION =
      Pattern.compile("\\b(?:class|record|interface|enum) ([A-Z]\\w*)");

  private SourceTree() {}

  /// One Java file. `packageName` is relative to the root package: `weights.mlc`.
  record Source(Path path, String packageName, String text) {
    /// The packages that the file imports or names in full, its own excepted.
    Set<String> mentionedPackages() {
      return MENTION
          .matcher(text)
          .results()
          .map(match -> match.group(1))
          .filter(name -> !name.equals(packageName))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /// The folder of the whole project: the first one upwards that holds the Maven wrapper.
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  static String page(String path) {
    return read(root().resolve(path));
  }

  /// The main sources of a module.
  static List<Source> sources(String module) {
    Path folder = root().resolve(module).resolve("src/main/java");
    Path base = folder.resolve(ROOT_PACKAGE.replace('.', '/'));
    try (Stream<Path> paths = Files.exists(base) ? Files.walk(base) : Stream.empty()) {
      return paths
          .filter(path -> path.toString().endsWith(".java"))
          .sorted()
          .map(path -> new Source(path, dotted(base.relativize(path.getParent())), read(path)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The simple names of every type that the sources declare, nested ones included.
  static Set<String> typeNames(List<Source> sources) {
    return sources.stream()
        .flatMap(source -> DECLARATION.matcher(source.text()).results())
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// What a Markdown page sets in backticks and what matches the pattern as a whole.
  static Set<String> quoted(String page, String pattern) {
    return Pattern.compile("`(" + pattern + ")`")
        .matcher(page)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String dotted(Path relative) {
    return relative.toString().replace(relative.getFileSystem().getSeparator(), ".");
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
