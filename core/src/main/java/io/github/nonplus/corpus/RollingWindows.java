package io.github.nonplus.corpus;

import java.util.ArrayList;
import java.util.List;

/// Windows that score every token of a text exactly once, with as little context as that takes: one
/// token, but for the last window, which slides back until it is full. Before the text stands a
/// prefix token, so that its first token is scored as well. A window's last id is only a target:
/// the model is fed `length` ids, of windows of `length + 1`.
///
/// A prefix and nine tokens, length 4:
///
/// ```
/// token      p 0 1 2 3 4 5 6 7 8
/// window 0   · x x x x
/// window 1           · x x x x
/// window 2             · · · · x     slid back: four tokens of context for the one that is left
/// ```
///
/// The law, for `T` tokens after the prefix: `⌈T/length⌉` windows; each token is scored once.
///
/// @param length ids that the model is fed at most, at least 1
public record RollingWindows(int length) implements Windowing {
  public RollingWindows {
    if (length < 1) {
      throw new IllegalArgumentException("the window is %d, at least 1 expected".formatted(length));
    }
  }

  /// @param tokens of the text, its prefix included
  @Override
  public List<Span> spans(int tokens) {
    List<Span> spans = new ArrayList<>();
    for (int scored = 1; scored < tokens; ) { // the prefix is never scored
      int end = (int) Math.min((long) scored + length, tokens);
      spans.add(new Span(Math.max(0, end - length - 1), end, end - scored));
      scored = end;
    }
    return spans;
  }

  @Override
  public int window() {
    return length == Integer.MAX_VALUE ? length : length + 1;
  }

  @Override
  public int stride() {
    return length;
  }
}
