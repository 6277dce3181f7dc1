package io.github.nonplus.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.nonplus.corpus.Documents;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.measurement.WindowsRequest;
import io.github.nonplus.measurement.WindowsRun;
import io.github.nonplus.perplexity.PerplexityRun;
import io.github.nonplus.perplexity.Request;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.tokenizer.SpelledAs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Documents one by one, together and from many threads: always what the commands give for the rows
/// of a file.
class DocumentScorerTest {
  private static final Path MODEL = Path.of("../examples/novella-6m");
  private static final WindowsRequest.Size ANY =
      new WindowsRequest.Size(
          OptionalInt.of(32), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());

  private static Scorer scorer;

  @TempDir Path directory;

  @BeforeAll
  static void open() {
    scorer =
        Scorer.open(
            new ScorerRequest(
                MODEL,
                Optional.empty(),
                OptionalInt.empty(),
                "cpu",
                new DeviceOptions(1, Optional.empty()),
                3),
            note -> {});
  }

  @AfterAll
  static void close() {
    scorer.close();
  }

  private static DocumentScorer by(String protocol) {
    return DocumentScorer.open(
        scorer, new DocumentRequest(Protocols.named(protocol), ANY, SpelledAs.IDS), note -> {});
  }

  private static List<String> texts() throws IOException {
    String book = Files.readString(Path.of("../examples/hound-excerpt.txt"));
    List<String> texts =
        new ArrayList<>(List.of("Holmes and Watson", "\ud83d\ude00 \u2014 ne\u0301e"));
    for (int i = 0; i < 12; i++) {
      texts.add(book.substring(500 * i, 500 * i + 40 + 37 * i));
    }
    return texts;
  }

  /// What the two commands make of the rows of a file.
  private Result ofCommands(String protocol, List<String> texts) throws IOException {
    StringBuilder lines = new StringBuilder();
    texts.forEach(
        text -> lines.append(JsonNodeFactory.instance.objectNode().put("text", text)).append("\n"));
    Path rows = Files.writeString(directory.resolve("rows.jsonl"), lines);
    Path windows = directory.resolve("rows.windows");
    Protocol named = Protocols.named(protocol);
    WindowsRun.of(
        new WindowsRequest(
            MODEL, List.of(rows), new Documents.RowText("text", "text"), named, ANY, SpelledAs.IDS),
        windows,
        InputStream.nullInputStream(),
        note -> {});
    return PerplexityRun.of(
        new Request(
            MODEL,
            Optional.empty(),
            "cpu",
            DeviceOptions.defaults(),
            windows,
            OptionalInt.empty(),
            OptionalInt.empty()),
        new Silent());
  }

  private record Silent() implements PerplexityRun.Listener {
    @Override
    public void note(String sentence) {}

    @Override
    public void window(WindowScore score, Tally tally, int total) {}
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf-evaluate", "lm-eval-wikitext"})
  void documentsAreScoredAsRowsAre(String protocol) throws IOException {
    List<String> texts = texts();
    List<Result.DocumentScore> expected = ofCommands(protocol, texts).documents();
    try (DocumentScorer documents = by(protocol)) {
      List<PreparedDocument> prepared = texts.stream().map(documents::prepare).toList();
      List<DocumentScore> scores = documents.score(prepared);
      assertThat(scores).hasSameSizeAs(expected);
      for (int i = 0; i < scores.size(); i++) {
        DocumentScore score = scores.get(i);
        assertThat(score.meanNll()).isEqualTo(expected.get(i).meanNll());
        assertThat(score.perplexity()).isEqualTo(expected.get(i).perplexity());
        assertThat(score.tokens()).isEqualTo(expected.get(i).tokensScored());
        assertThat((long) score.windows()).isEqualTo(expected.get(i).windows());
        assertThat(documents.score(prepared.subList(i, i + 1))).containsExactly(score);
      }
    }
  }

  @Test
  void manyThreadsGetTheSameBits() throws Exception {
    List<String> texts = texts();
    try (DocumentScorer documents = by("hf-evaluate");
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<DocumentScore> alone = documents.score(texts.stream().map(documents::prepare).toList());
      List<Callable<DocumentScore>> calls = new ArrayList<>();
      for (int round = 0; round < 3; round++) {
        for (String text : texts) {
          calls.add(() -> documents.score(List.of(documents.prepare(text))).getFirst());
        }
      }
      List<Future<DocumentScore>> results = threads.invokeAll(calls);
      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).get()).isEqualTo(alone.get(i % alone.size()));
      }
    }
  }

  @Test
  void bitsPerByteAreOfDocumentsWhoseTokensAreAllScoredOnce() {
    String text = "It was a dark night upon the moor, and the wind was from the west.";
    try (DocumentScorer once = by("lm-eval-wikitext");
        DocumentScorer twice = by("qefficient")) {
      DocumentScore score = once.score(List.of(once.prepare(text))).getFirst();
      assertThat(score.bitsPerByte()).hasValue(score.nll() / text.length() / Math.log(2));
      assertThat(score.truncated()).isFalse();
      assertThatThrownBy(() -> twice.prepare(text))
          .isInstanceOf(CorpusException.class)
          .hasMessageContaining("too few for the protocol qefficient");
    }
  }

  @Test
  void aDocumentThatIsCutSaysSo() throws IOException {
    String text = texts().getLast().repeat(3);
    try (DocumentScorer documents = by("hf-evaluate")) {
      DocumentScore score = documents.score(List.of(documents.prepare(text))).getFirst();
      assertThat(score.truncated()).isTrue();
      assertThat(score.bitsPerByte()).isEmpty();
      assertThat(score.tokens()).isEqualTo(31);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf-evaluate", "gptq", "own"})
  void anEmptyDocumentIsRefusedInASentence(String protocol) {
    try (DocumentScorer documents = by(protocol)) {
      assertThatThrownBy(() -> documents.prepare(""))
          .isInstanceOf(CorpusException.class)
          .hasMessage("the document is empty");
      assertThatThrownBy(() -> documents.prepare("half \ud800"))
          .hasMessageContaining("half of a surrogate pair");
      assertThat(documents.prepare("Holmes ".repeat(90)).windows().count()).isPositive();
    }
  }
}
