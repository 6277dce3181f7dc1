package io.github.nonplus.tokenizer.rules;

import io.github.nonplus.failure.CorpusException;

/// Makes the sentence about a file that breaks a rule.
///
/// @param file names it
record Violation(String file) {
  /// @param where the part of the file, as its keys name it
  /// @param found what is wrong, and what was expected; with its values
  CorpusException of(String where, String found, Object... values) {
    return new CorpusException(
        "%s: %s %s; get the model's tokenizer files anew"
            .formatted(file, where, found.formatted(values)));
  }
}
