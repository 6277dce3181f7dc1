package io.github.nonplus.weights.safetensors;

import io.github.nonplus.files.LfsPointer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Files under the name of a safetensors file that are something else, told by how they begin.
final class ForeignFile {
  private static final Map<String, String> BEGINNINGS =
      Map.of(
          "GGUF", "is a GGUF file",
          "PK\u0003\u0004", "is a ZIP file, as PyTorch writes pickled weights",
          "<!do", "is a web page",
          "<!DO", "is a web page",
          "<htm", "is a web page");

  private ForeignFile() {}

  /// What to say of it; empty for what may be a safetensors file.
  static Optional<String> sentence(Path path, MemorySegment bytes) {
    byte[] start =
        bytes
            .asSlice(0, Math.min(bytes.byteSize(), LfsPointer.LONGEST))
            .toArray(ValueLayout.JAVA_BYTE);
    String text = new String(start, StandardCharsets.ISO_8859_1);
    String beginning = text.substring(0, Math.min(4, text.length()));
    return LfsPointer.sentence(path, text)
        .or(
            () ->
                Optional.ofNullable(BEGINNINGS.get(beginning))
                    .map(
                        is ->
                            "%s %s, not a safetensors file; download the model's safetensors again"
                                .formatted(path, is)));
  }
}
