package io.github.nonplus.corpus;

import java.util.ArrayList;
import java.util.List;

/// The windows of the original preprocessing (protocol B13): window `k` begins at token `k·stride`
/// and holds `window` tokens, or as many as are left.
///
/// Ten tokens, window 4, stride 2:
///
/// ```
/// token      0 1 2 3 4 5 6 7 8 9
/// window 0   · x x x                 · context only: the first token of a window
/// window 1       · x x x             x scored, given the tokens before it in the window
/// window 2           · x x x
/// window 3               · x x x
/// window 4                   · x     the short tail
/// ```
///
/// The law, for `T` tokens:
///
/// - There are `⌈T/stride⌉` windows; each token is in at least one.
/// - A window of `n` ids scores its ids `1 … n-1`; its value is the mean of their negative
///   log-likelihoods; the perplexity is `exp` of the mean over windows. So with a stride of half a
///   window most tokens count twice, once with little context and once with more, and a short
///   window weighs as much as a full one.
/// - The last window holds `T - (⌈T/stride⌉-1)·stride` ids, which is **one** when `T mod stride` is
///   1 (and always when the stride is 1). The original writes that line too, so it is written here;
///   but nothing can be scored in it, so reading such a file fails.
///
/// @param window ids in a full window, at least 2
/// @param stride tokens from one window's begin to the next; from 1 to `window`, because a larger
///   one would leave tokens out
public record SlidingWindows(int window, int stride) implements Windowing {
  /// The original's window and stride.
  public static final SlidingWindows ORIGINAL = new SlidingWindows(256, 128);

  public SlidingWindows {
    if (window < 2) {
      throw new IllegalArgumentException("the window is %d, at least 2 expected".formatted(window));
    }
    if (stride < 1 || stride > window) {
      throw new IllegalArgumentException(
          "the stride is %d, expected 1 to %d (the window)".formatted(stride, window));
    }
  }

  /// Number of windows over `tokens` tokens: ⌈tokens/stride⌉.
  public int count(int tokens) {
    return Math.ceilDiv(tokens, stride);
  }

  @Override
  public List<Span> spans(int tokens) {
    List<Span> spans = new ArrayList<>();
    for (long start = 0; start < tokens; start += stride) {
      int end = (int) Math.min(start + window, tokens);
      spans.add(new Span((int) start, end, end - (int) start - 1));
    }
    return spans;
  }
}
