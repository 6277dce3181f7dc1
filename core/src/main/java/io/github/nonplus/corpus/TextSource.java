package io.github.nonplus.corpus;

import java.util.function.Consumer;

/// A text that can be read as often as is wanted, in memory or in a file.
public interface TextSource {
  /// Says where it came from.
  String name();

  /// Digest of its UTF-8 bytes.
  String sha256();

  /// How long it is.
  Extent extent();

  /// What in it is no part of what was written.
  Marks marks();

  /// Hands out its characters in order, in parts of any length.
  void read(Consumer<String> sink);
}
