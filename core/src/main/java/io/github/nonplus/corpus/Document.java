package io.github.nonplus.corpus;

import java.util.List;
import java.util.Optional;

/// A text as somebody keeps it: a file, or the rows of a data set, or both.
///
/// @param name says where it came from
/// @param verbatim the file as it is, if it is one
/// @param rows its rows; a plain file is one row
public record Document(String name, Optional<Text> verbatim, List<String> rows) {
  public Document {
    rows = List.copyOf(rows);
  }

  /// A text that is what it is; only the pinned file of WikiText, known by its digest, also has the
  /// rows of the data set.
  public static Document of(Text text) {
    return new Document(
        text.name(),
        Optional.of(text),
        WikiText.isPinned(text) ? WikiText.rows(text.content()) : List.of(text.content()));
  }

  /// The rows of a data set that is no text file.
  public static Document ofRows(String name, List<String> rows) {
    return new Document(name, Optional.empty(), rows);
  }
}
