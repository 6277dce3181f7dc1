package io.github.nonplus.cli;

import io.github.nonplus.corpus.Documents;
import io.github.nonplus.corpus.TextForm;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The options that say where a row's text is.
final class RowTextOptions {
  @Option(
      names = "--field",
      defaultValue = "text",
      paramLabel = "NAME",
      description = "The field of a row's text in JSON Lines. Default: text.")
  String field;

  @Option(
      names = "--column",
      defaultValue = "text",
      paramLabel = "NAME",
      description = "The column of a row's text in Parquet. Default: text.")
  String column;

  @Option(
      names = "--text-form",
      paramLabel = "FORM",
      description =
          "How the texts are kept: text, jsonl or parquet. Default: by the ending of a name, else by"
              + " the content, which is said.")
  String form;

  Documents.RowText names() {
    return new Documents.RowText(field, column, Optional.ofNullable(form).map(TextForm::named));
  }
}
