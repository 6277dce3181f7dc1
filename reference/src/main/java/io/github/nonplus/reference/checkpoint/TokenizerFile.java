package io.github.nonplus.reference.checkpoint;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The `tokenizer.json` beside a model's weights, which tells whether windows are its own.
public final class TokenizerFile {
  private TokenizerFile() {}

  /// Its digest, or null if there is none.
  public static String sha256(Path directory) {
    Path file = directory.resolve("tokenizer.json");
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try {
      return Sha256.of(file);
    } catch (IOException e) {
      throw new ModelException("%s cannot be read: %s".formatted(file, Reason.of(e)), e);
    }
  }
}
