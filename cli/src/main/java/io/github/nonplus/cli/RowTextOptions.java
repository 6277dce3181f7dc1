package io.github.nonplus.cli;

import io.github.nonplus.corpus.Documents;
import picocli.CommandLine.Option;

/// The options that say where a row's text is.
final class RowTextOptions {
  @Option(
      names = "--field",
      defaultValue = "text",
      paramLabel = "NAME",
      description = "The field of a row's text in .jsonl. Default: text.")
  String field;

  @Option(
      names = "--column",
      defaultValue = "text",
      paramLabel = "NAME",
      description = "The column of a row's text in .parquet. Default: text.")
  String column;

  Documents.RowText names() {
    return new Documents.RowText(field, column);
  }
}
