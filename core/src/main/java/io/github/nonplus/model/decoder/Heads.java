package io.github.nonplus.model.decoder;

/// How the rows of queries, keys and values are cut.
///
/// @param keys key and value heads; `queries / keys` query heads share one
/// @param keySize columns of a head of queries and keys
/// @param valueSize columns of a head of values
public record Heads(int queries, int keys, int keySize, int valueSize) {
  public Heads(int queries, int keys, int size) {
    this(queries, keys, size, size);
  }

  /// Columns of all queries.
  public int queryWidth() {
    return queries * keySize;
  }

  /// Columns of all keys.
  public int keyWidth() {
    return keys * keySize;
  }

  /// Columns of all values.
  public int valueWidth() {
    return keys * valueSize;
  }

  /// Columns of what attention gives.
  public int outputWidth() {
    return queries * valueSize;
  }
}
