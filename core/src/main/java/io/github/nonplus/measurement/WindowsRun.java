package io.github.nonplus.measurement;

import io.github.nonplus.corpus.Document;
import io.github.nonplus.corpus.Documents;
import io.github.nonplus.corpus.JsonLines;
import io.github.nonplus.corpus.WikiText;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.corpus.WindowsWriter;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.AtomicFile;
import io.github.nonplus.protocol.Preparation;
import io.github.nonplus.protocol.SpelledTokens;
import io.github.nonplus.tokenizer.SpelledAs;
import io.github.nonplus.tokenizer.Tokenizer;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/// One file of windows from request to account: everything is checked before a text is tokenized.
public final class WindowsRun {
  private final WindowsRequest request;
  private final Consumer<String> note;
  private final ProtocolWindows size;
  private final Tokenizer tokenizer;
  private final Documents documents;

  private WindowsRun(
      WindowsRequest request,
      Consumer<String> note,
      ProtocolWindows size,
      Tokenizer tokenizer,
      Documents documents) {
    this.request = request;
    this.note = note;
    this.size = size;
    this.tokenizer = tokenizer;
    this.documents = documents;
  }

  /// Writes the windows to `destination`, and beside it where they come from.
  ///
  /// @param standardInput is read where `-` stands for it
  /// @param note is told what the user should know, as sentences
  public static WindowsAccount of(
      WindowsRequest request, Path destination, InputStream standardInput, Consumer<String> note) {
    ProtocolWindows size = ProtocolWindows.of(request, note);
    AtomicFile.check(destination);
    AtomicFile.check(WindowsOrigin.path(destination));
    return opened(request, size, standardInput, note, run -> run.write(destination));
  }

  /// The windows in the user's cache, which are made unless they are there.
  ///
  /// @param standardInput is read where `-` stands for it
  /// @param note is told what the user should know, as sentences
  public static WindowsAccount cached(
      WindowsRequest request, InputStream standardInput, Consumer<String> note) {
    ProtocolWindows size = ProtocolWindows.of(request, note);
    return opened(request, size, standardInput, note, run -> run.cached(WindowsCache.ofUser()));
  }

  private static WindowsAccount opened(
      WindowsRequest request,
      ProtocolWindows size,
      InputStream standardInput,
      Consumer<String> note,
      Function<WindowsRun, WindowsAccount> job) {
    boolean isDefault = request.texts().isEmpty();
    List<Path> texts = isDefault ? List.of(WikiText.find()) : request.texts();
    try (Tokenizer tokenizer = Tokenizer.open(request.model(), request.spelled());
        Documents documents = Documents.open(texts, standardInput, request.rowText())) {
      tokenizer.warnings().forEach(warning -> note.accept("Warning: " + warning));
      if (isDefault) {
        WikiText.readPinned(texts.getFirst()); // says in which way it is not the file
      }
      documents.all().forEach(document -> note.accept(words(document, request.rowText())));
      documents.warnings().forEach(warning -> note.accept("Warning: " + warning));
      SpelledTokens.in(documents.all(), request.protocol().joining(), tokenizer.specialTokens())
          .flatMap(found -> found.warning(request.protocol(), tokenizer.spelledAs()))
          .ifPresent(warning -> note.accept("Warning: " + warning));
      WindowsAccount account = job.apply(new WindowsRun(request, note, size, tokenizer, documents));
      boolean wholeText = request.size().chunks().isEmpty();
      WindowsWarnings.of(account, wholeText).forEach(each -> note.accept("Warning: " + each));
      return account;
    }
  }

  private static String words(Document document, Documents.RowText rowText) {
    return switch (document) {
      case Document.Wiki _ -> "Text: %s, recognized as WikiText-2".formatted(document.name());
      case Document.Plain _ -> "Text: %s, as it is".formatted(document.name());
      case Document.Rows(JsonLines rows) ->
          "Text: %s, the field '%s' of each line".formatted(rows.name(), rows.field());
      case Document.Rows _ ->
          "Text: %s, the column '%s'".formatted(document.name(), rowText.column());
    };
  }

  private WindowsAccount cached(WindowsCache cache) {
    String key =
        WindowsCache.key(request, size, tokenizer, documents.name() + " " + documents.sha256());
    Optional<WindowsAccount> found = cache.find(key, request.protocol(), size.windowing(), texts());
    return found.isPresent() ? found.get() : write(cache.place(key, note));
  }

  /// What the protocol makes of the documents, each thing once.
  private String texts() {
    return documents.all().stream()
        .map(request.protocol().joining()::words)
        .distinct()
        .collect(Collectors.joining("; "));
  }

  private WindowsAccount write(Path destination) {
    Preparation preparation =
        new Preparation(request.protocol(), size.windowing(), tokenizer, size.most());
    boolean several = documents.all().size() > 1;
    try (WindowsWriter writer = WindowsWriter.of(destination, preparation.header(several))) {
      documents.all().forEach(document -> preparation.add(document, writer));
      if (writer.windows() == 0) {
        throw new CorpusException(documents.name() + " has no rows; give another text");
      }
      WindowsOrigin origin =
          new WindowsOrigin(
              writer.commit(),
              documents.name(),
              documents.sha256(),
              tokenizer.digest(),
              size.windowing().window(),
              size.windowing().stride(),
              Math.toIntExact(preparation.tokens()),
              Math.toIntExact(preparation.leftOut()),
              tokenizer.spelledAs() == SpelledAs.LETTERS);
      origin.write(destination, request.protocol().name());
      if (writer.shortest() == 1) {
        note.accept(
            ("Warning: line %d, the last, holds one id, as the original writes it, but nothing can"
                    + " be scored in it: remove the line or choose another stride")
                .formatted(writer.windows()));
      }
      return new WindowsAccount(
          destination,
          true,
          request.protocol(),
          size.windowing(),
          texts(),
          origin,
          writer.extent(),
          writer.windows(),
          writer.scored());
    }
  }
}
