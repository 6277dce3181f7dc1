package io.github.nonplus.corpus.parquet;

import java.util.List;

/// What the footer says of a column: where its pieces are, one a row group.
///
/// @param name of the column
/// @param optional whether rows may be without a value
/// @param pieces in the order of the rows
record TextColumn(String name, boolean optional, List<Piece> pieces) {
  /// A column's values of one row group.
  ///
  /// @param codec by which its pages are compressed
  /// @param values how many
  /// @param begin of its first page in the file
  /// @param bytes of all its pages
  record Piece(Codec codec, long values, long begin, long bytes) {}
}
