package io.github.nonplus.corpus;

import java.util.ArrayList;
import java.util.List;

/// Windows of one length only, every `stride` tokens, each scoring its last `scored` tokens; what
/// is left at the end of the text, too short for a window, is dropped.
///
/// Ten tokens, window 4, stride 4, 3 scored (disjoint windows, as GPTQ cuts them):
///
/// ```
/// token      0 1 2 3 4 5 6 7 8 9
/// window 0   · x x x                 the first token of each window is never scored
/// window 1           · x x x         8 and 9 are dropped
/// ```
///
/// Twelve tokens, window 6, stride 6, 2 scored (the second half less one, as llama.cpp scores it):
///
/// ```
/// token      0 1 2 3 4 5 6 7 8 9 0 1
/// window 0   · · · · x x
/// window 1               · · · · x x
/// ```
///
/// Ten tokens, window 6, stride 2, 2 scored:
///
/// ```
/// token      0 1 2 3 4 5 6 7 8 9
/// window 0   · · · · x x             the first four are never scored
/// window 1       · · · · x x
/// window 2           · · · · x x     only if the last window may end the text
/// ```
///
/// The law, for `T` tokens: `⌊(T-window)/stride⌋ + 1` windows (none if `T < window`), each of which
/// scores `scored` tokens; or `⌈(T-window)/stride⌉`, one less where the last would end exactly with
/// the text, for tools that stop before it.
///
/// @param window ids of every window, at least 2
/// @param stride tokens from one window's begin to the next, at least 1
/// @param scored tokens that each window scores, from 1 to `window - 1`
/// @param mayEndText whether a window may end exactly where the text ends
/// @param most windows at most
public record FullWindows(int window, int stride, int scored, boolean mayEndText, int most)
    implements Windowing {
  public FullWindows {
    if (window < 2) {
      throw new IllegalArgumentException("the window is %d, at least 2 expected".formatted(window));
    }
    if (stride < 1) {
      throw new IllegalArgumentException("the stride is %d, at least 1 expected".formatted(stride));
    }
    if (scored < 1 || scored >= window) {
      throw new IllegalArgumentException(
          "%d scored ids of a window of %d, expected 1 to %d"
              .formatted(scored, window, window - 1));
    }
    if (most < 1) {
      throw new IllegalArgumentException("at most %d windows, at least 1 expected".formatted(most));
    }
  }

  /// Windows side by side, up to the end of the text.
  public static FullWindows disjoint(int window, int scored) {
    return new FullWindows(window, window, scored, true, Integer.MAX_VALUE);
  }

  @Override
  public List<Span> spans(int tokens) {
    List<Span> spans = new ArrayList<>();
    int last = tokens - window - (mayEndText ? 0 : 1); // the last begin; negative if there is none
    for (long start = 0; start <= last && spans.size() < most; start += stride) {
      spans.add(new Span((int) start, (int) start + window, scored));
    }
    return spans;
  }
}
