package io.github.nonplus.protocol;

import io.github.nonplus.corpus.Document;

/// What of a document is tokenized as one text. A document is a file, or the rows of a data set; a
/// plain file is one row. WikiText's file has both forms: the file, and its rows.
public enum Joining {
  /// The file as it is. The rows of a data set, which is no such file, are texts of their own.
  VERBATIM("the file as it is"),

  /// All rows as one text, two line feeds between them.
  ROWS_BY_BLANK_LINES("rows joined by two line feeds"),

  /// All rows as one text, but each tokenized alone; the ids are glued together.
  ROWS_TOKENIZED_ALONE("rows tokenized one by one, their ids glued together"),

  /// Each row that is not empty as a text of its own.
  EACH_ROW("each row alone"),

  /// The pages of WikiText, which begin at headings of the first level, each as a text of its own,
  /// its typesetting undone.
  PAGES("pages of WikiText, detokenized, each alone");

  private final String words;

  Joining(String words) {
    this.words = words;
  }

  /// What it does, in words.
  public String words() {
    return words;
  }

  /// What it makes of a document, in words: a plain file has no rows to join, and rows are no file.
  public String words(Document document) {
    return switch (document) {
      case Document.Wiki _ -> words;
      case Document.Plain _ -> this == PAGES ? words : VERBATIM.words;
      case Document.Rows _ ->
          switch (this) {
            case VERBATIM, EACH_ROW -> EACH_ROW.words;
            case PAGES -> "each row alone, detokenized";
            case ROWS_BY_BLANK_LINES, ROWS_TOKENIZED_ALONE -> words;
          };
    };
  }
}
