package io.github.nonplus.corpus.parquet;

/// What is wrong with a Parquet file. Its message is what was found; whoever knows the file's name
/// makes a sentence of it.
public final class ParquetException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String remedy;

  ParquetException(String found, String remedy, Throwable cause) {
    super(found, cause);
    this.remedy = remedy;
  }

  /// The file contradicts itself, or ends too early.
  static ParquetException damage(String found, Object... values) {
    return damage(null, found, values);
  }

  static ParquetException damage(Throwable cause, String found, Object... values) {
    return new ParquetException(found.formatted(values), "get the file anew", cause);
  }

  /// The file may be whole, but is of a kind that is not read.
  static ParquetException unread(String found, Object... values) {
    return new ParquetException(
        found.formatted(values),
        "write the column anew as plain text, compressed with snappy, gzip, lz4 or zstd",
        null);
  }

  /// What to do.
  public String remedy() {
    return remedy;
  }
}
