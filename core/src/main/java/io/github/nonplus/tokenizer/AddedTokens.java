package io.github.nonplus.tokenizer;

import java.util.OptionalInt;
import java.util.stream.IntStream;

/// The special tokens that a tokenizer adds to a text by default: any text, since they are read
/// from the [PostProcessor], not seen on one.
///
/// @param before ids before the text's own
/// @param after ids after them
public record AddedTokens(int[] before, int[] after) {
  /// All of them, in order.
  public int[] all() {
    return IntStream.concat(IntStream.of(before), IntStream.of(after)).toArray();
  }

  /// The first token of every text, if there is one.
  public OptionalInt first() {
    return before.length == 0 ? OptionalInt.empty() : OptionalInt.of(before[0]);
  }

  /// The last token of every text, if there is one.
  public OptionalInt last() {
    return after.length == 0 ? OptionalInt.empty() : OptionalInt.of(after[after.length - 1]);
  }
}
