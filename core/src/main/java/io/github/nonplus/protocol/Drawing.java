package io.github.nonplus.protocol;

import io.github.nonplus.corpus.Span;
import io.github.nonplus.corpus.Windowing;
import java.util.ArrayList;
import java.util.List;

/// Windows as a drawing: a line for each, a column for each token, `·` for context, `x` for what is
/// scored.
public final class Drawing {
  private static final String MARGIN = "%-11s";

  private Drawing() {}

  /// The lines for a text of `tokens` tokens.
  public static List<String> of(Windowing windowing, int tokens) {
    List<String> lines = new ArrayList<>();
    StringBuilder heading = new StringBuilder(MARGIN.formatted("token"));
    for (int token = 0; token < tokens; token++) {
      heading.append(token % 10).append(' ');
    }
    lines.add(heading.toString().stripTrailing());
    for (Span span : windowing.spans(tokens)) {
      StringBuilder line = new StringBuilder(MARGIN.formatted("window " + (lines.size() - 1)));
      line.append("  ".repeat(span.start()));
      line.append("· ".repeat(span.end() - span.start() - span.scored()));
      line.append("x ".repeat(span.scored()));
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
