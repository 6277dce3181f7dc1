package io.github.nonplus.corpus;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.InputFile;
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

/// The documents that a user names: files of text, JSON Lines (`.jsonl`, `.ndjson`), Parquet
/// (`.parquet`), and standard input, which goes to a temporary file first, which [#close] removes.
public final class Documents implements AutoCloseable {
  /// The name of standard input.
  public static final Path STANDARD_INPUT = Path.of("-");

  private final List<Document> all = new ArrayList<>();
  private Optional<Scratch> scratch = Optional.empty();

  private Documents() {}

  /// Where a row's text is.
  ///
  /// @param field of a JSON object
  /// @param column of a Parquet file
  public record RowText(String field, String column) {}

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
    all.forEach(document -> list.append(document.sha256() + "  " + document.name() + "\n"));
    return Sha256.of(list.toString().getBytes(StandardCharsets.UTF_8));
  }

  private Document document(Path input, InputStream standardInput, RowText rowText) {
    if (input.equals(STANDARD_INPUT)) {
      return text(copy(standardInput, "standard input"), "standard input");
    }
    String name = input.toString();
    if (Files.isDirectory(input)) {
      throw new CorpusException(name + " is a directory; give a file of text");
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".parquet")) {
      return new Document.Rows(ParquetRows.of(input, name, rowText.column()));
    }
    if (lower.endsWith(".jsonl") || lower.endsWith(".ndjson")) {
      return new Document.Rows(JsonLines.of(input, name, rowText.field()));
    }
    return text(input, name);
  }

  private static Document text(Path file, String name) {
    long size;
    try {
      InputFile.require(file);
      size = Files.size(file);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
    if (size > Text.MAX_BYTES) {
      return Document.of(TextFile.scan(file, name));
    }
    return Document.of(Text.read(file, name));
  }

  private Path copy(InputStream in, String name) {
    try {
      if (scratch.isEmpty()) {
        scratch = Optional.of(Scratch.open());
      }
      return scratch.get().copy(in, "text" + all.size());
    } catch (IOException e) {
      throw unreadable(name, e);
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
