package io.github.nonplus.protocol;

import io.github.nonplus.corpus.Document;
import io.github.nonplus.corpus.Extent;
import io.github.nonplus.corpus.WikiPages;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A text of which the windows are cut: no window sees two of them.
///
/// @param name of the document, with a number if it has several
/// @param pieces are tokenized one by one and their ids glued together; mostly there is one
/// @param extent of the document's text, before anything was done to it
record Passage(String name, List<String> pieces, Extent extent) {
  /// The passages that a protocol makes of a document.
  static List<Passage> of(Document document, Joining joining) {
    return switch (joining) {
      case VERBATIM ->
          document.verbatim().isPresent()
              ? List.of(alone(document.name(), document.verbatim().get().content()))
              : each(document.name(), rows(document));
      case ROWS_BY_BLANK_LINES ->
          List.of(
              new Passage(
                  document.name(), List.of(String.join("\n\n", document.rows())), whole(document)));
      case ROWS_TOKENIZED_ALONE ->
          List.of(new Passage(document.name(), rows(document), whole(document)));
      case EACH_ROW -> each(document.name(), rows(document));
      case PAGES -> pages(document);
    };
  }

  private static List<String> rows(Document document) {
    return document.rows().stream().filter(row -> !row.isEmpty()).toList();
  }

  private static List<Passage> pages(Document document) {
    List<String> pages =
        document.verbatim().isPresent()
            ? WikiPages.of(document.verbatim().get().content())
            : rows(document);
    List<Passage> passages = new ArrayList<>();
    for (int i = 0; i < pages.size(); i++) {
      passages.add(
          new Passage(
              numbered(document.name(), i, pages.size()),
              List.of(WikiPages.detokenized(pages.get(i))),
              Extent.of(pages.get(i))));
    }
    return passages;
  }

  private static List<Passage> each(String name, List<String> texts) {
    List<Passage> passages = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      passages.add(alone(numbered(name, i, texts.size()), texts.get(i)));
    }
    return passages;
  }

  private static Passage alone(String name, String text) {
    return new Passage(name, List.of(text), Extent.of(text));
  }

  private static String numbered(String name, int i, int all) {
    return all == 1 ? name : name + "#" + (i + 1);
  }

  private static Extent whole(Document document) {
    Stream<String> texts =
        document.verbatim().isPresent()
            ? Stream.of(document.verbatim().get().content())
            : document.rows().stream();
    return texts.map(Extent::of).reduce(Extent.NONE, Extent::plus);
  }
}
