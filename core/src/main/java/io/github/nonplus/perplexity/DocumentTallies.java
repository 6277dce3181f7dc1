package io.github.nonplus.perplexity;

import io.github.nonplus.corpus.Section;
import io.github.nonplus.protocol.Averaging;
import io.github.nonplus.protocol.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The number of each document on the way to that of all.
public final class DocumentTallies {
  private static final String MACRO = "macro_perplexity";

  private final List<Section> sections;
  private final List<Tally> tallies;
  private int current;

  /// @param sections the documents of a file of windows, in order
  public DocumentTallies(Averaging averaging, List<Section> sections) {
    this.sections = sections;
    this.tallies =
        sections.stream().map(section -> new Tally(averaging, section.extent())).toList();
  }

  /// Takes the next window of the file.
  public void add(WindowScore window) {
    if (sections.isEmpty() || window.window() < sections.getFirst().first()) {
      return;
    }
    while (current + 1 < sections.size() && sections.get(current + 1).first() <= window.window()) {
      current++;
    }
    tallies.get(current).add(window);
  }

  /// The documents that have windows; none if there is but one.
  public List<Result.DocumentScore> results() {
    List<Result.DocumentScore> results = new ArrayList<>();
    for (int i = 0; i < tallies.size(); i++) {
      Tally tally = tallies.get(i);
      if (tally.windows() > 0) {
        results.add(
            new Result.DocumentScore(
                sections.get(i).name(),
                tally.windows(),
                tally.tokens(),
                tally.meanNll(),
                tally.perplexity()));
      }
    }
    return results.size() < 2 ? List.of() : results;
  }

  /// What is printed beside the perplexity of all.
  public Map<String, Double> figures(List<Figure> figures, Tally all) {
    Map<String, Double> values = new LinkedHashMap<>();
    figures.forEach(figure -> values.put(figure.key(), all.figure(figure)));
    List<Result.DocumentScore> results = results();
    if (!results.isEmpty()) {
      values.put(
          MACRO,
          Math.exp(
              results.stream().mapToDouble(Result.DocumentScore::meanNll).average().orElseThrow()));
    }
    return values;
  }
}
