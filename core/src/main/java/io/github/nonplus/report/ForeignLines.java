package io.github.nonplus.report;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.LfsPointer;
import io.github.nonplus.files.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Files that are met beside models and are not read here, told by how they begin.
final class ForeignLines {
  private ForeignLines() {}

  /// What it is, in lines; empty for anything else.
  static Optional<List<String>> of(Path file) {
    byte[] start;
    try (InputStream in = InputFile.stream(file)) {
      start = in.readNBytes(LfsPointer.LONGEST);
    } catch (IOException e) {
      throw new CorpusException("%s cannot be read: %s".formatted(file, Reason.of(e)), e);
    }
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("PK\u0003\u0004")) {
      return Optional.of(
          List.of(file + ": a ZIP file, such as PyTorch's pickled weights; not read"));
    }
    return LfsPointer.sentence(file, text).map(List::of);
  }
}
