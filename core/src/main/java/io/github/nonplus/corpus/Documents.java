package io.github.nonplus.corpus;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Scratch;
import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The documents that a user names: files of text, JSON Lines, Parquet, and standard input, which
/// goes to a temporary file first, which [#close] removes. Which of these a document is, a user
/// says; else its name's ending (`.jsonl`, `.ndjson`, `.parquet`), else its content, and then a
/// warning says so.
public final class Documents implements AutoCloseable {
  /// The name of standard input.
  public static final Path STANDARD_INPUT = Path.of("-");

  private final List<Document> all = new ArrayList<>();
  private Optional<Scratch> scratch = Optional.empty();

  private Documents() {}

  /// The most that is taken from standard input, which may have no end.
  private static final long MOST_PIPED = 4L << 30;

  private final List<String> warnings = new ArrayList<>();

  /// How texts are kept.
  ///
  /// @param field of a JSON object that is a row's text
  /// @param column of a Parquet file, likewise
  /// @param form of all of them, if the user says it
  public record RowText(String field, String column, Optional<TextForm> form) {
    /// The same, where the user does not say the form.
    public RowText(String field, String column) {
      this(field, column, Optional.empty());
    }
  }

  /// Opens all of them.
  ///
  /// @param standardInput is read where `-` stands for it
  /// @throws CorpusException naming the first that cannot be read
  public static Documents open(List<Path> inputs, InputStream standardInput, RowText rowText) {
    Documents documents = new Documents();
    try {
      if (inputs.stream().filter(STANDARD_INPUT::equals).count() > 1) {
        throw new CorpusException("standard input can be read only once; name '-' once");
      }
      for (Path input : inputs) {
        documents.all.add(documents.document(input, standardInput, rowText));
      }
      return documents;
    } catch (RuntimeException e) {
      documents.close();
      throw e;
    }
  }

  /// In the order in which they were named.
  public List<Document> all() {
    return List.copyOf(all);
  }

  /// A name for all of them.
  public String name() {
    return all.size() == 1 ? all.getFirst().name() : all.size() + " documents";
  }

  /// The digest of the one document; of several, that of the list of their digests and names as
  /// `sha256sum` prints it.
  public String sha256() {
    if (all.size() == 1) {
      return all.getFirst().sha256();
    }
    StringBuilder list = new StringBuilder();
    all.forEach(
        document ->
            list.append(document.sha256() + "  " + Section.written(document.name()) + "\n"));
    return Sha256.of(list.toString().getBytes(StandardCharsets.UTF_8));
  }

  /// What a user should know of the texts before they are used, sentence by sentence.
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  private Document document(Path input, InputStream standardInput, RowText rowText) {
    boolean piped = input.equals(STANDARD_INPUT);
    String name = piped ? "standard input" : input.toString();
    if (!piped && Files.isDirectory(input)) {
      throw new CorpusException(name + " is a directory; give a file of text");
    }
    Path file = piped ? copy(standardInput) : input;
    Beginning beginning = beginning(file, name);
    beginning.requireText(name);
    return switch (rowText.form().orElseGet(() -> form(name, beginning, rowText))) {
      case PARQUET -> new Document.Rows(ParquetRows.of(file, name, rowText.column()));
      case JSON_LINES -> new Document.Rows(JsonLines.of(file, name, rowText.field()));
      case TEXT -> text(file, name);
    };
  }

  private static Beginning beginning(Path file, String name) {
    try {
      return Beginning.of(file);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private TextForm form(String name, Beginning beginning, RowText rowText) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".parquet")) {
      return TextForm.PARQUET;
    }
    if (lower.endsWith(".jsonl") || lower.endsWith(".ndjson")) {
      return TextForm.JSON_LINES;
    }
    if (beginning.isParquet()) {
      warnings.add(
          "%s is a Parquet file by its content: its column '%s' is read"
              .formatted(name, rowText.column()));
      return TextForm.PARQUET;
    }
    return switch (beginning.json()) {
      case NONE -> TextForm.TEXT;
      case LINES -> {
        warnings.add(
            ("%s is JSON Lines by its content: the field '%s' of each line is read; --text-form text"
                    + " takes it as it is")
                .formatted(name, rowText.field()));
        yield TextForm.JSON_LINES;
      }
      case DOCUMENT ->
          throw new CorpusException(
              ("%s is JSON, but has no object on each line, expected a text or JSON Lines; write each"
                      + " of its texts on a line of its own (jq -c '.[]' does it of a list), or take it"
                      + " as it is with --text-form text")
                  .formatted(name));
    };
  }

  private Document text(Path file, String name) {
    long size;
    try {
      size = Files.size(file);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
    TextSource text = size > Text.MAX_BYTES ? TextFile.scan(file, name) : Text.read(file, name);
    warnings.addAll(text.marks().warnings(name));
    return Document.of(text);
  }

  private Path copy(InputStream in) {
    try {
      if (scratch.isEmpty()) {
        scratch = Optional.of(Scratch.open());
      }
      return scratch.get().copy(new BoundedInput(in, MOST_PIPED), "text" + all.size());
    } catch (IOException e) {
      throw unreadable("standard input", e);
    }
  }

  private static CorpusException unreadable(String name, IOException e) {
    return new CorpusException(
        "the text %s cannot be read: %s; give a file of text, or - for standard input"
            .formatted(name, Reason.of(e)),
        e);
  }

  @Override
  public void close() {
    scratch.ifPresent(Scratch::close);
  }
}
