package io.github.nonplus.corpus;

import java.nio.charset.StandardCharsets;

/// How long a text is in units that no tokenizer has a part in.
///
/// @param words stretches between white space, counted as splitting at white space counts them: a
///   text that begins (or ends) with white space has an empty word there
/// @param bytes its length in UTF-8
public record Extent(long words, long bytes) {
  /// Of no text.
  public static final Extent NONE = new Extent(0, 0);

  /// The extent of `text`.
  public static Extent of(String text) {
    Counter counter = new Counter();
    counter.add(text);
    return counter.extent();
  }

  /// Measures a text that comes in parts.
  static final class Counter {
    private long words = 1;
    private long bytes;
    private boolean inSpace;

    void add(String part) {
      for (int i = 0; i < part.length(); i++) {
        boolean space = isSpace(part.charAt(i));
        words += space && !inSpace ? 1 : 0;
        inSpace = space;
      }
      bytes += part.getBytes(StandardCharsets.UTF_8).length;
    }

    Extent extent() {
      return new Extent(words, bytes);
    }
  }

  /// Both together.
  public Extent plus(Extent other) {
    return new Extent(words + other.words, bytes + other.bytes);
  }

  /// White space as Python's regular expressions have it: Unicode's, with four control characters.
  static boolean isSpace(char c) {
    return (c >= 0x09 && c <= 0x0d)
        || (c >= 0x1c && c <= 0x20)
        || c == 0x85
        || c == 0xa0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200a)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }
}
