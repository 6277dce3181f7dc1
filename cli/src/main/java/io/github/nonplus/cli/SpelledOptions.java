package io.github.nonplus.cli;

import io.github.nonplus.failure.RequestException;
import io.github.nonplus.tokenizer.SpelledAs;
import picocli.CommandLine.Option;

/// The option that says what special tokens become that a text spells out.
final class SpelledOptions {
  @Option(
      names = "--spelled-tokens",
      defaultValue = "ids",
      paramLabel = "HOW",
      description =
          "What special tokens become that the text spells out: ids (default), as in transformers,"
              + " or letters, as in llama.cpp.")
  String spelledTokens;

  SpelledAs spelled() {
    return switch (spelledTokens) {
      case "ids" -> SpelledAs.IDS;
      case "letters" -> SpelledAs.LETTERS;
      default ->
          throw new RequestException(
              "--spelled-tokens is ids or letters, not '%s'".formatted(spelledTokens));
    };
  }
}
