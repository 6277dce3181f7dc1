package io.github.nonplus.corpus;

import java.util.List;

/// How the tokens of one text become windows, and which tokens of each window are scored. In the
/// drawings of its members, a column is a token, `·` context only, `x` scored given all tokens
/// before it in the window.
public sealed interface Windowing
    permits SlidingWindows, FullWindows, NewTokenWindows, RollingWindows, WholeText, AllScored {
  /// The windows over a text of `tokens` tokens, in order. Nothing about the ids themselves is
  /// needed.
  List<Span> spans(int tokens);

  /// Ids of a full window.
  int window();

  /// Tokens from one window's begin to the next.
  int stride();

  /// The windows over `ids`, which are shared, not copied.
  default Windows over(int[] ids) {
    List<Span> spans = spans(ids.length);
    return new Windows(
        ids,
        spans.stream().mapToInt(Span::start).toArray(),
        spans.stream().mapToInt(Span::end).toArray(),
        spans.stream().mapToInt(Span::scored).toArray(),
        true);
  }
}
