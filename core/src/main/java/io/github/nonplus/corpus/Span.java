package io.github.nonplus.corpus;

/// A stretch of a text's tokens that becomes a window.
///
/// @param start its first token
/// @param end the token after its last
/// @param scored how many tokens at its end are scored
public record Span(int start, int end, int scored) {
  public Span {
    if (start < 0 || end <= start || scored < 0 || scored > end - start - 1) {
      throw new IllegalArgumentException(
          "a window [%d, %d) that scores %d".formatted(start, end, scored));
    }
  }
}
