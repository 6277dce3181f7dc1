package io.github.nonplus.corpus;

import java.util.List;

/// Other windows, of which all ids but each one's first are scored.
///
/// @param windows the others
public record AllScored(Windowing windows) implements Windowing {
  @Override
  public List<Span> spans(int tokens) {
    return windows.spans(tokens).stream()
        .map(span -> new Span(span.start(), span.end(), span.end() - span.start() - 1))
        .toList();
  }

  @Override
  public int window() {
    return windows.window();
  }

  @Override
  public int stride() {
    return windows.stride();
  }
}
