package io.github.nonplus.scoring;

import io.github.nonplus.corpus.Document;
import io.github.nonplus.corpus.RowSource;
import io.github.nonplus.corpus.Span;
import io.github.nonplus.corpus.Text;
import io.github.nonplus.corpus.Windowing;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsInMemory;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.measurement.ProtocolWindows;
import io.github.nonplus.measurement.WindowsRequest;
import io.github.nonplus.perplexity.ScoringModel;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.protocol.Averaging;
import io.github.nonplus.protocol.Joining;
import io.github.nonplus.protocol.Preparation;
import io.github.nonplus.stability.Api;
import io.github.nonplus.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/// Scores documents, each a text of its own, by a protocol: as `preprocess-input` and
/// `calculate-perplexity` score the rows of a data set, or, by protocols that join rows, a file
/// alone. For any number of threads.
@Api
public final class DocumentScorer implements AutoCloseable {
  private static final String NAME = "the document";

  private final Scorer scorer;
  private final DocumentRequest request;
  private final ProtocolWindows size;
  private final Tokenizers tokenizers;

  private DocumentScorer(
      Scorer scorer, DocumentRequest request, ProtocolWindows size, Tokenizers tokenizers) {
    this.scorer = scorer;
    this.request = request;
    this.size = size;
    this.tokenizers = tokenizers;
  }

  /// Makes ready what the model and the protocol need; the scorer stays the caller's.
  ///
  /// @param note is told what the user should know, as sentences
  /// @throws CorpusException if there is no tokenizer, or it lacks a token that the protocol needs
  /// @throws io.github.nonplus.failure.RequestException if the protocol has no such windows
  public static DocumentScorer open(Scorer scorer, DocumentRequest request, Consumer<String> note) {
    ProtocolWindows size = size(scorer.model(), request, note);
    return new DocumentScorer(
        scorer, request, size, tokenizers(scorer.model(), request, size, note));
  }

  /// Refuses what [#open] would refuse of a model, where its device need not be.
  ///
  /// @return digest of the tokenizer
  public static String require(ScoringModel model, DocumentRequest request, Consumer<String> note) {
    ProtocolWindows size = size(model, request, note);
    try (Tokenizers tokenizers = tokenizers(model, request, size, note)) {
      return tokenizers.use(Tokenizer::digest);
    }
  }

  private static ProtocolWindows size(
      ScoringModel model, DocumentRequest request, Consumer<String> note) {
    ProtocolWindows size =
        ProtocolWindows.of(
            new WindowsRequest(
                model.directory().path(),
                List.of(),
                null,
                request.protocol(),
                request.size(),
                request.spelled()),
            note);
    int fed = size.windowing().window() - (request.protocol().lastFed() ? 0 : 1);
    if (fed > model.longestWindow()) {
      throw new CorpusException(
          "windows have up to %d ids, but the model takes %d; %s"
              .formatted(fed, model.longestWindow(), model.remedy(fed)));
    }
    return size;
  }

  private static Tokenizers tokenizers(
      ScoringModel model, DocumentRequest request, ProtocolWindows size, Consumer<String> note) {
    Tokenizers tokenizers = new Tokenizers(model.directory().path(), request.spelled());
    try {
      tokenizers.use(
          tokenizer -> {
            tokenizer.warnings().forEach(warning -> note.accept("Warning: " + warning));
            return new Preparation(request.protocol(), size.windowing(), tokenizer, size.most());
          });
      return tokenizers;
    } catch (RuntimeException e) {
      tokenizers.close();
      throw e;
    }
  }

  /// Cuts a text into windows.
  ///
  /// @throws CorpusException saying why it cannot be scored
  public PreparedDocument prepare(String text) {
    if (text.isEmpty()) {
      throw new CorpusException("the document is empty");
    }
    WindowsInMemory windows = new WindowsInMemory(request.protocol().lastFed());
    Preparation preparation =
        tokenizers.use(
            tokenizer -> {
              Preparation each =
                  new Preparation(request.protocol(), size.windowing(), tokenizer, size.most());
              each.add(document(text), windows);
              return each;
            });
    if (windows.windows() == 0) {
      throw new CorpusException("the document has one token, which nothing predicts");
    }
    if (request.protocol().averaging() == Averaging.WORDS && windows.extent().words() < 1) {
      throw new CorpusException("the document has no words, by which the protocol divides");
    }
    return new PreparedDocument(
        windows.all(),
        windows.extent(),
        isWholeOnce(size.windowing(), Math.toIntExact(preparation.tokens()), windows.windows()),
        preparation.leftOut() > 0);
  }

  /// Pages of WikiText are rows; elsewhere a row alone is what a file alone is.
  private Document document(String text) {
    return request.protocol().joining() == Joining.PAGES
        ? new Document.Rows(new OneRow(text))
        : new Document.Plain(Text.of(NAME, text));
  }

  /// Whether the stretches that windows score lie end to end from the second token to the last.
  private static boolean isWholeOnce(Windowing windowing, int tokens, int made) {
    List<Span> spans = windowing.spans(tokens);
    int next = 1;
    for (Span span : spans.subList(0, Math.min(made, spans.size()))) {
      if (span.end() - span.scored() != next) {
        return false;
      }
      next = span.end();
    }
    return next == tokens;
  }

  /// Scores documents together, which costs less than one by one and changes no bit.
  ///
  /// @return for each its score, in their order
  /// @throws io.github.nonplus.failure.NotFiniteException if a loss of one of them is no number
  public List<DocumentScore> score(List<PreparedDocument> documents) {
    List<int[]> windows = new ArrayList<>();
    List<Integer> scored = new ArrayList<>();
    for (PreparedDocument document : documents) {
      for (int w = 0; w < document.windows().count(); w++) {
        windows.add(document.windows().window(w));
        scored.add(document.windows().scored(w));
      }
    }
    List<WindowScore> scores =
        scorer.score(
            Windows.of(
                windows,
                scored.stream().mapToInt(Integer::intValue).toArray(),
                request.protocol().lastFed()));
    List<DocumentScore> results = new ArrayList<>();
    int at = 0;
    for (PreparedDocument document : documents) {
      int end = at + document.windows().count();
      results.add(score(document, scores.subList(at, end)));
      at = end;
    }
    return results;
  }

  private DocumentScore score(PreparedDocument document, List<WindowScore> scores) {
    Tally tally = new Tally(request.protocol().averaging(), document.extent());
    scores.forEach(tally::add);
    return new DocumentScore(
        tally.sum(),
        tally.tokens(),
        tally.meanNll(),
        tally.perplexity(),
        document.wholeOnce()
            ? OptionalDouble.of(tally.sum() / document.extent().bytes() / Math.log(2))
            : OptionalDouble.empty(),
        scores.size(),
        document.truncated());
  }

  /// Tokens at once that use the device best.
  public int batchTokens() {
    return scorer.batchTokens();
  }

  /// Digest of the tokenizer.
  public String tokenizerSha256() {
    return tokenizers.use(Tokenizer::digest);
  }

  @Override
  public void close() {
    tokenizers.close();
  }

  /// A data set of one row.
  private record OneRow(String text) implements RowSource {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public String sha256() {
      return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void forEach(Consumer<String> sink) {
      sink.accept(text);
    }
  }
}
