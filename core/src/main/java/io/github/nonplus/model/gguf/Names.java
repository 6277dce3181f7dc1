package io.github.nonplus.model.gguf;

import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.family.Sizes;
import io.github.nonplus.weights.Source;
import java.util.ArrayList;
import java.util.List;
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
/// for all endings (`.weight`, `.bias`), with the number of the layer for `*` and one of a head for
/// `#`, and the [Arrangement] where there is one.
record Names(List<Line> lines) {
  private static final Pattern ENDING = Pattern.compile("(.*)(\\.weight|\\.bias)");

  Names {
    lines = List.copyOf(lines);
  }

  /// A line of the table.
  ///
  /// @param here the family's name for a tensor, without its ending
  /// @param there llama.cpp's
  record Line(Pattern here, String there, Arrangement arrangement) {
    static Line of(String text) {
      String[] cells = text.strip().split("\\s+");
      String pattern =
          Pattern.quote(cells[0])
              .replace("*", "\\E(?<layer>\\d+)\\Q")
              .replace("#", "\\E(?<head>\\d+)\\Q");
      return new Line(
          Pattern.compile(pattern),
          cells[1],
          cells.length > 2 ? Arrangement.named(cells[2]) : Arrangement.SAME);
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
  Source source(FamilyModel model, Source.Stored tensor) {
    Matcher whole = ENDING.matcher(tensor.name());
    if (whole.matches()) {
      for (Line line : lines) {
        Matcher matcher = line.here().matcher(whole.group(1));
        if (matcher.matches()) {
          return source(model.sizes(), line, matcher, tensor, whole.group(2));
        }
      }
    }
    throw new IllegalArgumentException("no tensor of GGUF is known for " + tensor.name());
  }

  private static Source source(
      Sizes sizes, Line line, Matcher matcher, Source.Stored tensor, String ending) {
    String name = line.there();
    if (name.contains("*")) {
      name = name.replace("*", matcher.group("layer"));
    }
    int head =
        line.here().pattern().contains("<head>") ? Integer.parseInt(matcher.group("head")) : 0;
    return line.arrangement().source(sizes, name + ending, tensor.shape(), head);
  }
}
