package io.github.nonplus.measurement;

import io.github.nonplus.corpus.AllScored;
import io.github.nonplus.corpus.FullWindows;
import io.github.nonplus.corpus.NewTokenWindows;
import io.github.nonplus.corpus.RollingWindows;
import io.github.nonplus.corpus.SlidingWindows;
import io.github.nonplus.corpus.WholeText;
import io.github.nonplus.corpus.Windowing;
import io.github.nonplus.protocol.Averaging;
import java.util.ArrayList;
import java.util.List;

/// What a user may not expect of windows, though the protocol demands it.
final class WindowsWarnings {
  /// Words of natural languages that have white space between them have fewer tokens each, by
  /// tokenizers that were made for them.
  private static final int MOST_TOKENS_OF_A_WORD = 16;

  private WindowsWarnings() {}

  /// Sentences.
  ///
  /// @param wholeText whether the user wants all of the text, and not its first windows only
  static List<String> of(WindowsAccount account, boolean wholeText) {
    List<String> warnings = new ArrayList<>();
    int tokens = account.origin().tokens();
    int leftOut = account.origin().leftOut();
    if (wholeText && leftOut >= account.windowing().window()) {
      warnings.add(
          "%d of %d tokens are in no window and are not scored: %s"
              .formatted(leftOut, tokens, reason(account.windowing(), account.protocol().name())));
    }
    long words = account.extent().words();
    if (account.protocol().averaging() == Averaging.WORDS
        && tokens / MOST_TOKENS_OF_A_WORD >= words) {
      warnings.add(
          ("the text has %d word%s and %d tokens, and the protocol %s divides by words, which are what"
                  + " stands between white space: its perplexity may be beyond all numbers; look at"
                  + " byte_perplexity and bits_per_byte of the result")
              .formatted(words, words == 1 ? "" : "s", tokens, account.protocol().name()));
    }
    return warnings;
  }

  private static String reason(Windowing windowing, String protocol) {
    return switch (windowing) {
      case WholeText each ->
          "of each text the protocol %s takes the first %d ids; rows of JSON Lines or Parquet are texts of their own"
              .formatted(protocol, each.window());
      case FullWindows each when each.most() < Integer.MAX_VALUE ->
          "the protocol %s makes %d windows at most".formatted(protocol, each.most());
      case FullWindows each when each.stride() > each.window() ->
          "windows of %d ids that begin every %d leave gaps"
              .formatted(each.window(), each.stride());
      case FullWindows each ->
          "the end of a text, if shorter than a window of %d ids, is dropped"
              .formatted(each.window());
      case AllScored each -> reason(each.windows(), protocol);
      case SlidingWindows _, NewTokenWindows _, RollingWindows _ ->
          "the windows of the protocol %s do not reach them".formatted(protocol);
    };
  }
}
