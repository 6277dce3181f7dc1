package io.github.nonplus.protocol;

import io.github.nonplus.corpus.Document;
import io.github.nonplus.corpus.Extent;
import io.github.nonplus.corpus.RowSource;
import io.github.nonplus.corpus.Text;
import io.github.nonplus.corpus.TextSource;
import io.github.nonplus.corpus.WikiPages;
import io.github.nonplus.corpus.WikiText;
import io.github.nonplus.failure.CorpusException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// A text of which the windows are cut: no window sees two of them.
///
/// @param name of the document, with a number if it has several
/// @param extent of the document's text, before anything was done to it
/// @param content hands out the characters
record Passage(String name, Extent extent, Content content) {
  /// What is tokenized.
  @FunctionalInterface
  interface Content {
    /// Hands out all of it, once.
    void read(Sink sink);
  }

  /// Takes a passage: parts of a text, which are one text until it ends, and then perhaps another,
  /// whose ids are glued to those before.
  interface Sink {
    void part(String characters);

    void end();
  }

  /// Hands out the passages that a protocol makes of a document, in order.
  static void forEach(Document document, Joining joining, Consumer<Passage> sink) {
    switch (document) {
      case Document.Plain(TextSource text) -> ofText(text, joining, sink);
      case Document.Wiki(Text file) -> {
        switch (joining) {
          case VERBATIM -> sink.accept(whole(file));
          case PAGES -> pages(file, sink);
          case ROWS_BY_BLANK_LINES, ROWS_TOKENIZED_ALONE, EACH_ROW ->
              ofRows(new WikiRows(file), joining, sink);
        }
      }
      case Document.Rows(RowSource rows) -> ofRows(rows, joining, sink);
    }
  }

  private static void ofText(TextSource text, Joining joining, Consumer<Passage> sink) {
    switch (joining) {
      case PAGES -> pages(text, sink);
      case VERBATIM, ROWS_BY_BLANK_LINES, ROWS_TOKENIZED_ALONE, EACH_ROW ->
          sink.accept(whole(text));
    }
  }

  private static void ofRows(RowSource rows, Joining joining, Consumer<Passage> sink) {
    switch (joining) {
      case VERBATIM, EACH_ROW ->
          numbered(rows, (name, row) -> sink.accept(alone(name, row, Extent.of(row))));
      case PAGES ->
          numbered(
              rows,
              (name, row) -> sink.accept(alone(name, WikiPages.detokenized(row), Extent.of(row))));
      case ROWS_BY_BLANK_LINES -> sink.accept(joined(rows));
      case ROWS_TOKENIZED_ALONE -> sink.accept(glued(rows));
    }
  }

  private static Passage whole(TextSource text) {
    return new Passage(
        text.name(),
        text.extent(),
        sink -> {
          text.read(sink::part);
          sink.end();
        });
  }

  private static Passage alone(String name, String text, Extent extent) {
    return new Passage(
        name,
        extent,
        sink -> {
          sink.part(text);
          sink.end();
        });
  }

  private static Passage joined(RowSource rows) {
    return new Passage(
        rows.name(),
        extent(rows),
        sink -> {
          AtomicLong count = new AtomicLong();
          rows.forEach(
              row -> {
                sink.part(count.getAndIncrement() == 0 ? row : "\n\n" + row);
              });
          sink.end();
        });
  }

  private static Passage glued(RowSource rows) {
    return new Passage(
        rows.name(),
        extent(rows),
        sink ->
            rows.forEach(
                row -> {
                  sink.part(row); // of an empty one, only what the tokenizer adds to it
                  sink.end();
                }));
  }

  private static Extent extent(RowSource rows) {
    long[] sum = new long[2];
    long[] count = new long[1];
    rows.forEach(
        row -> {
          count[0]++;
          Extent extent = Extent.of(row);
          sum[0] += extent.words();
          sum[1] += extent.bytes();
        });
    requireRows(rows, count[0]);
    return new Extent(sum[0], sum[1]);
  }

  private static void requireRows(RowSource rows, long count) {
    if (count == 0) {
      throw new CorpusException(rows.name() + " has no rows; give another text");
    }
  }

  private static void pages(TextSource text, Consumer<Passage> sink) {
    if (text.extent().bytes() > Text.MAX_BYTES) {
      throw new CorpusException(
          "%s has %d bytes, more than the %d that are divided into pages; split it"
              .formatted(text.name(), text.extent().bytes(), Text.MAX_BYTES));
    }
    StringBuilder content = new StringBuilder();
    text.read(content::append);
    List<String> pages = WikiPages.of(content.toString());
    for (int i = 0; i < pages.size(); i++) {
      String name = pages.size() == 1 ? text.name() : text.name() + "#" + (i + 1);
      sink.accept(alone(name, WikiPages.detokenized(pages.get(i)), Extent.of(pages.get(i))));
    }
  }

  /// Takes a row that is not empty, with its name.
  private interface NamedRow {
    void accept(String name, String row);
  }

  private static void numbered(RowSource rows, NamedRow sink) {
    AtomicLong number = new AtomicLong();
    rows.forEach(
        row -> {
          long at = number.incrementAndGet();
          if (!row.isEmpty()) {
            sink.accept(rows.name() + "#" + at, row);
          }
        });
    requireRows(rows, number.get());
  }

  /// The rows of the data set that WikiText's file stands for.
  private record WikiRows(Text file) implements RowSource {
    @Override
    public String name() {
      return file.name();
    }

    @Override
    public String sha256() {
      return file.sha256();
    }

    @Override
    public void forEach(Consumer<String> sink) {
      WikiText.rows(file.content()).forEach(sink);
    }
  }
}
