package io.github.nonplus.report.record;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A result read back from a file, with the scores that it is made of; [RecordDraft] says how it is
/// written. The perplexity was found to be that of the scores.
///
/// @param path where it lies
/// @param facts the whole result, without the scores
/// @param identity what two results must agree in to be compared
/// @param label short, for people: the model's directory, and the scheme unless the name has it
/// @param combination of the windows into the perplexity
/// @param texts of the ids, if the model had a tokenizer
/// @param divergence if a reference ran in step
public record ResultRecord(
    Path path,
    ObjectNode facts,
    Identity identity,
    String label,
    double perplexity,
    double meanNll,
    Combination combination,
    List<ScoredWindow> windows,
    Optional<TokenTexts> texts,
    Optional<RecordDivergence> divergence) {
  /// The form that this version writes and reads.
  static final String FORMAT = "nonplus-record-1";

  /// The key of the text's words, by which some protocols divide.
  static final String WORDS = "words";

  /// The key of the text's bytes, likewise.
  static final String BYTES = "bytes";

  /// What was measured, whatever measured it.
  ///
  /// @param tokenizerSha256 if there was a tokenizer beside the weights
  public record Identity(
      String protocol, String averaging, String windowsSha256, Optional<String> tokenizerSha256) {}

  /// The same under another name.
  ResultRecord withLabel(String other) {
    return new ResultRecord(
        path, facts, identity, other, perplexity, meanNll, combination, windows, texts, divergence);
  }

  /// Number of scored tokens; one that two windows score counts twice.
  public long tokens() {
    return windows.stream().mapToLong(window -> window.nll().length).sum();
  }
}
