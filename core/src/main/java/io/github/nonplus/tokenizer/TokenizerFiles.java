package io.github.nonplus.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.HubSnapshot;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.gguf.GgufPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What a model's files say of its tokenizer: those of a directory, or the metadata of a GGUF file.
public sealed interface TokenizerFiles permits TokenizerDirectory, TokenizerMetadata {
  /// Configurations of models whose directories have a tokenizer of their own.
  String[] CONFIGURATIONS = {"config.json", "mlc-chat-config.json", "tokenizer.json"};

  /// Those of a model, wherever it lies.
  static TokenizerFiles of(Path given) {
    Path model = HubSnapshot.of(given);
    for (String configuration : CONFIGURATIONS) {
      if (Files.exists(model.resolve(configuration))) {
        return new TokenizerDirectory(model);
      }
    }
    return GgufPath.of(model)
        .<TokenizerFiles>map(TokenizerMetadata::new)
        .orElseGet(() -> new TokenizerDirectory(model));
  }

  /// Whether there is a tokenizer.
  boolean exist();

  /// The file that says most, for messages.
  Path path();

  /// The `tokenizer.json`.
  ///
  /// @throws CorpusException if there is none, saying what is there instead
  byte[] bytes();

  /// What `tokenizer_config.json` says; an empty object if there is none.
  JsonNode configuration();

  /// Digest of the `tokenizer.json`; empty if there is none, or none that can be used.
  default Optional<String> digest() {
    try {
      return exist() ? Optional.of(Sha256.of(bytes())) : Optional.empty();
    } catch (CorpusException unusable) {
      return Optional.empty(); // said where it is used
    }
  }
}
