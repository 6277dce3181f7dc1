package io.github.nonplus.reference;

import java.nio.file.Path;
import java.util.function.Consumer;

/// Something that evaluates a Hugging Face model independently of Nonplus' own programs.
public interface ReferenceEngine {
  /// Loads a model directory.
  ///
  /// @param note is told what the user should know, as sentences
  /// @throws io.github.nonplus.failure.NonplusException a sentence, if it cannot be done
  ReferenceModel open(Path directory, Variant variant, int threads, Consumer<String> note);
}
