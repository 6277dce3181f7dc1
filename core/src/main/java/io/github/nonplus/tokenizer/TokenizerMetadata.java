package io.github.nonplus.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.gguf.Gguf;
import io.github.nonplus.tokenizer.gguf.TokenizerJson;
import java.nio.file.Path;

/// The tokenizer in a GGUF file.
final class TokenizerMetadata implements TokenizerFiles {
  private static final String MODEL = "tokenizer.ggml.model";

  private final Path file;
  private TokenizerJson.Files made;

  TokenizerMetadata(Path file) {
    this.file = file;
  }

  @Override
  public boolean exist() {
    try (Gguf gguf = Gguf.open(file)) {
      return gguf.metadata().find(MODEL).isPresent();
    }
  }

  @Override
  public Path path() {
    return file;
  }

  @Override
  public byte[] bytes() {
    return made().json();
  }

  @Override
  public JsonNode configuration() {
    return made().settings();
  }

  private synchronized TokenizerJson.Files made() {
    if (made == null) {
      try (Gguf gguf = Gguf.open(file)) {
        made = TokenizerJson.of(gguf.metadata());
      }
    }
    return made;
  }
}
