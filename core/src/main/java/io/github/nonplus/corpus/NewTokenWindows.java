package io.github.nonplus.corpus;

import java.util.ArrayList;
import java.util.List;

/// Overlapping windows, each scoring only what no window before it has reached; the last one ends
/// with the text and may be shorter. So every token but the first is scored exactly once.
///
/// Ten tokens, window 4, stride 2:
///
/// ```
/// token      0 1 2 3 4 5 6 7 8 9
/// window 0   · x x x
/// window 1       · · x x
/// window 2           · · x x
/// window 3               · · x x     the window that reaches the end is the last
/// ```
///
/// Where the stride is the whole window, its first token is new as well, but nothing before it in
/// the window predicts it: it is not scored.
///
/// @param window ids of a full window, at least 2
/// @param stride tokens from one window's begin to the next; from 1 to `window`
public record NewTokenWindows(int window, int stride) implements Windowing {
  public NewTokenWindows {
    new SlidingWindows(window, stride); // refuses what that refuses
  }

  @Override
  public List<Span> spans(int tokens) {
    List<Span> spans = new ArrayList<>();
    int reached = 0;
    for (long start = 0; reached < tokens; start += stride) {
      int end = (int) Math.min(start + window, tokens);
      int length = end - (int) start;
      spans.add(new Span((int) start, end, Math.min(end - reached, length - 1)));
      reached = end;
    }
    return spans;
  }
}
