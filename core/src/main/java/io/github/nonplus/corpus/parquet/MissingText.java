package io.github.nonplus.corpus.parquet;

/// A row without a text.
public final class MissingText extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final long row;

  MissingText(long row) {
    super("row " + row + " has no text");
    this.row = row;
  }

  /// Its number, from 1 on.
  public long row() {
    return row;
  }
}
