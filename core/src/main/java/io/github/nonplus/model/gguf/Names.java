package io.github.nonplus.model.gguf;

import io.github.nonplus.weights.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What llama.cpp calls the tensors of a family, and what its converter does to them: a table of
/// lines such as
///
/// ```
/// model.layers.*.self_attn.q_proj   blk.*.attn_q   queries
/// ```
///
/// for all endings (`.weight`, `.bias`), with the number of the layer for `*` and one of a head or
/// of an expert for `#`, and the [Arrangement] where there is one. Names after a `=` have no
/// ending, or each its own.
record Names(List<Line> lines) {
  private static final Pattern ENDING = Pattern.compile("(.*)(\\.weight|\\.bias)");

  Names {
    lines = List.copyOf(lines);
  }

  /// A line of the table.
  ///
  /// @param here the family's name for a tensor, without its ending
  /// @param there llama.cpp's
  /// @param whole whether names are whole, without a common ending
  record Line(Pattern here, String there, Arrangement arrangement, boolean whole) {
    static Line of(String text) {
      String[] cells = text.strip().split("\\s+");
      boolean whole = cells[1].startsWith("=");
      String pattern =
          Pattern.quote(cells[0])
              .replace("*", "\\E(?<layer>\\d+)\\Q")
              .replace("#", "\\E(?<number>\\d+)\\Q");
      return new Line(
          Pattern.compile(pattern),
          whole ? cells[1].substring(1) : cells[1],
          cells.length > 2 ? Arrangement.named(cells[2]) : Arrangement.SAME,
          whole);
    }
  }

  /// The lines of a table; of two lines for one tensor the first counts.
  static Names of(String... tables) {
    return new Names(
        Stream.of(tables)
            .flatMap(String::lines)
            .filter(line -> !line.isBlank())
            .map(Line::of)
            .toList());
  }

  /// The same, where these lines come first.
  Names with(String table) {
    List<Line> all = new ArrayList<>(of(table).lines());
    all.addAll(lines);
    return new Names(all);
  }

  /// How a tensor of the family is made of llama.cpp's.
  ///
  /// @throws IllegalArgumentException if the table does not know it
  Source source(Layout layout, Source.Stored tensor) {
    return find(layout, tensor, _ -> true)
        .orElseThrow(
            () -> new IllegalArgumentException("no tensor of GGUF is known for " + tensor.name()));
  }

  /// The same of a parameter that is more than one tensor of the family's checkpoints, or a part of
  /// one, but here a tensor of its own, such as that of an expert and what has a whole name.
  Optional<Source> ownOf(Layout layout, Source.Stored parameter) {
    return find(layout, parameter, line -> line.whole() || line.arrangement().isOwn());
  }

  private Optional<Source> find(Layout layout, Source.Stored tensor, Predicate<Line> which) {
    Matcher parts = ENDING.matcher(tensor.name());
    boolean ends = parts.matches();
    for (Line line : lines) {
      if (which.test(line) && (line.whole() || ends)) {
        Matcher matcher = line.here().matcher(line.whole() ? tensor.name() : parts.group(1));
        if (matcher.matches()) {
          String ending = line.whole() ? "" : parts.group(2);
          return Optional.of(source(layout, line, matcher, tensor, ending));
        }
      }
    }
    return Optional.empty();
  }

  private static Source source(
      Layout layout, Line line, Matcher matcher, Source.Stored tensor, String ending) {
    String name = line.there();
    if (name.contains("*")) {
      name = name.replace("*", matcher.group("layer"));
    }
    int number =
        line.here().pattern().contains("<number>") ? Integer.parseInt(matcher.group("number")) : 0;
    return line.arrangement().source(layout, name + ending, tensor.shape(), number);
  }
}
