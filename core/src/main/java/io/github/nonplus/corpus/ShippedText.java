package io.github.nonplus.corpus;

import io.github.nonplus.failure.CorpusException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The text that comes with Nonplus: a novel's beginning, in the public domain.
public final class ShippedText {
  /// The property that names the folder where Nonplus is installed; the launcher sets it.
  public static final String HOME = "nonplus.home";

  private static final String FILE = "examples/hound-of-the-baskervilles.txt";

  private ShippedText() {}

  /// Where it lies, as one would type it in the current folder.
  ///
  /// @throws CorpusException if it is not there
  public static Path path() {
    Path here = Path.of("").toAbsolutePath();
    Path file = Path.of(System.getProperty(HOME, ".")).resolve(FILE).toAbsolutePath().normalize();
    if (!Files.isRegularFile(file)) {
      throw new CorpusException(
          "no text is given, and the one that comes with Nonplus is not where it belongs, %s; give a text"
              .formatted(file));
    }
    return file.startsWith(here) ? here.relativize(file) : file;
  }
}
