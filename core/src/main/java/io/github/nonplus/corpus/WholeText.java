package io.github.nonplus.corpus;

import java.util.List;

/// One window for each text: its begin, up to `window` ids, all but the first of which are scored.
///
/// A start token and seven tokens, window 6:
///
/// ```
/// token      s 0 1 2 3 4 5 6
/// window 0   · x x x x x             5 and 6 are cut off
/// ```
///
/// @param window ids of the longest window, at least 2
public record WholeText(int window) implements Windowing {
  public WholeText {
    if (window < 2) {
      throw new IllegalArgumentException("the window is %d, at least 2 expected".formatted(window));
    }
  }

  @Override
  public List<Span> spans(int tokens) {
    int end = Math.min(window, tokens);
    return end == 0 ? List.of() : List.of(new Span(0, end, end - 1));
  }

  @Override
  public int stride() {
    return window;
  }
}
