package io.github.nonplus.corpus;

import java.util.function.Consumer;

/// The rows of a data set, which can be read as often as is wanted.
public interface RowSource {
  /// Says where they came from.
  String name();

  /// Digest of the file that holds them.
  String sha256();

  /// Hands out the rows in order.
  void forEach(Consumer<String> sink);
}
