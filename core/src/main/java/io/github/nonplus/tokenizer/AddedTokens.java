package io.github.nonplus.tokenizer;

import java.util.Arrays;
import java.util.OptionalInt;

/// The special tokens that a tokenizer adds to a text by default.
///
/// @param before ids before the text's own
/// @param after ids after them
public record AddedTokens(int[] before, int[] after) {
  /// What it adds to a text of one letter is what it adds to any: a template knows no letters.
  static AddedTokens of(Tokenizer tokenizer) {
    int[] bare = tokenizer.encode("a", false);
    int[] full = tokenizer.encode("a", true);
    for (int at = 0; at + bare.length <= full.length; at++) {
      if (Arrays.equals(bare, Arrays.copyOfRange(full, at, at + bare.length))) {
        return new AddedTokens(
            Arrays.copyOf(full, at), Arrays.copyOfRange(full, at + bare.length, full.length));
      }
    }
    return new AddedTokens(new int[0], new int[0]);
  }

  /// The first token of every text, if there is one.
  public OptionalInt first() {
    return before.length == 0 ? OptionalInt.empty() : OptionalInt.of(before[0]);
  }
}
