package io.github.nonplus.corpus;

/// A text as somebody keeps it.
public sealed interface Document {
  /// Says where it came from.
  String name();

  /// Digest of its file.
  String sha256();

  /// A file of text, which is one row.
  record Plain(TextSource text) implements Document {
    @Override
    public String name() {
      return text.name();
    }

    @Override
    public String sha256() {
      return text.sha256();
    }
  }

  /// WikiText's pinned file, which is both a text and the rows of a data set.
  record Wiki(Text file) implements Document {
    @Override
    public String name() {
      return file.name();
    }

    @Override
    public String sha256() {
      return file.sha256();
    }
  }

  /// The rows of a data set that is no text file.
  record Rows(RowSource rows) implements Document {
    @Override
    public String name() {
      return rows.name();
    }

    @Override
    public String sha256() {
      return rows.sha256();
    }
  }

  /// A text that is what it is; only the pinned file of WikiText, known by its digest, also has the
  /// rows of the data set.
  static Document of(TextSource text) {
    return text instanceof Text inMemory && WikiText.isPinned(inMemory)
        ? new Wiki(inMemory)
        : new Plain(text);
  }
}
