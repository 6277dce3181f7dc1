package io.github.nonplus.reference.checkpoint;

import io.github.nonplus.tokenizer.TokenizerFiles;
import java.nio.file.Path;

/// The `tokenizer.json` beside a model's weights, which tells whether windows are its own.
public final class TokenizerFile {
  private TokenizerFile() {}

  /// Its digest, or null if there is none.
  public static String sha256(Path directory) {
    return TokenizerFiles.of(directory).digest().orElse(null);
  }
}
