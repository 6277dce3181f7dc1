package io.github.nonplus.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/// The compressed files that stand beside the tests (see PROVENANCE.md there).
final class TestTexts {
  private TestTexts() {}

  /// Unpacks the resource `name.gz` into `directory` as `as`.
  static Path unpack(String name, Path directory, String as) throws IOException {
    Path file = directory.resolve(as);
    try (InputStream in = new GZIPInputStream(TestTexts.class.getResourceAsStream(name + ".gz"))) {
      Files.copy(in, file);
    }
    return file;
  }
}
