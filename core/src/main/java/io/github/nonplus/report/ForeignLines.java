package io.github.nonplus.report;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.LfsPointer;
import io.github.nonplus.files.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Files that are met beside models and are not read here, told by how they begin.
final class ForeignLines {
  private static final int GGUF_HEADER = 24;

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
    if (text.startsWith("GGUF")) {
      return Optional.of(gguf(file, ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN)));
    }
    if (text.startsWith("PK\u0003\u0004")) {
      return Optional.of(
          List.of(file + ": a ZIP file, such as PyTorch's pickled weights; not read"));
    }
    return LfsPointer.sentence(file, text).map(List::of);
  }

  private static List<String> gguf(Path file, ByteBuffer start) {
    String what = file + ": a GGUF file (llama.cpp)";
    if (start.limit() < GGUF_HEADER) {
      return List.of(what + ", cut off in its header");
    }
    return List.of(
        what,
        String.format(
            Locale.ROOT,
            "  header     version %s, %s tensors, %s values",
            Integer.toUnsignedString(start.getInt(4)),
            Long.toUnsignedString(start.getLong(8)),
            Long.toUnsignedString(start.getLong(16))),
        "  evaluated  no: give the Hugging Face model that it was made of");
  }
}
