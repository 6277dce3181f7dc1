package io.github.nonplus.reference;

/// What is wanted of a window: −ln p of its last `scored` ids, each given all before it.
///
/// @param window its ids
/// @param fed how many of them the protocol feeds: all, or all but the last
public record Scoring(int[] window, int scored, int fed) {
  /// All ids but the first.
  public static Scoring whole(int[] window) {
    return new Scoring(window, window.length - 1, window.length);
  }
}
