package io.github.nonplus.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.corpus.Documents;
import io.github.nonplus.corpus.WindowsWriter;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.perplexity.PerplexityRun;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.protocol.Preparation;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.tokenizer.SpelledAs;
import io.github.nonplus.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From one number to another, one difference at a time.
class ExplanationTest {
  private static final Path MODEL = Path.of("../examples/novella-6m");
  private static final int WINDOW = 16;

  @TempDir Path directory;

  @Test
  void bothEndsAreTheProtocolsOwnNumbers() throws IOException {
    Explanation explanation = explanation(Protocols.LLAMACPP, Protocols.QUALCOMM_MLC);
    assertThat(explanation.steps().getFirst().perplexity())
        .isCloseTo(alone(Protocols.LLAMACPP), within(1e-9));
    assertThat(explanation.steps().getLast().perplexity())
        .isCloseTo(alone(Protocols.QUALCOMM_MLC), within(1e-9));
    assertThat(explanation.steps().stream().map(Step::changed))
        .containsExactly(
            List.of(),
            List.of("text"),
            List.of("special tokens"),
            List.of("windows"),
            List.of("scored ids"),
            List.of("averaging"));
  }

  @Test
  void aDifferenceThatTheTextDoesNotShowChangesNothing() throws IOException {
    Explanation explanation = explanation(Protocols.LLAMACPP, Protocols.QUALCOMM_MLC);
    assertThat(explanation.steps().get(1).perplexity())
        .isEqualTo(explanation.steps().get(0).perplexity());
  }

  @Test
  void oneProtocolNeedsNoExplanation() throws IOException {
    assertThat(explanation(Protocols.GPTQ, Protocols.GPTQ).steps()).hasSize(1);
  }

  private Explanation explanation(Protocol from, Protocol to) throws IOException {
    Explanation.Request request =
        new Explanation.Request(
            MODEL,
            "cpu",
            DeviceOptions.defaults(),
            from,
            to,
            OptionalInt.of(WINDOW),
            OptionalInt.of(WINDOW / 2),
            SpelledAs.IDS);
    try (Documents documents =
        Documents.open(
            List.of(text()),
            InputStream.nullInputStream(),
            new Documents.RowText("text", "text"))) {
      return Explanation.of(request, documents, _ -> {});
    }
  }

  private Path text() throws IOException {
    String book = Files.readString(Path.of("../examples/hound-excerpt.txt"));
    return Files.writeString(directory.resolve("text"), book.substring(0, 400));
  }

  private double alone(Protocol protocol) throws IOException {
    Path file = directory.resolve("windows");
    try (Tokenizer tokenizer = Tokenizer.open(MODEL);
        Documents documents =
            Documents.open(
                List.of(text()),
                InputStream.nullInputStream(),
                new Documents.RowText("text", "text"))) {
      Preparation preparation =
          new Preparation(
              protocol,
              protocol.windows().of().apply(WINDOW, WINDOW / 2),
              tokenizer,
              Integer.MAX_VALUE);
      try (WindowsWriter writer = WindowsWriter.of(file, preparation.header(false))) {
        preparation.add(documents.all().getFirst(), writer);
        writer.commit();
      }
    }
    return PerplexityRun.of(
            new io.github.nonplus.perplexity.Request(
                MODEL,
                Optional.empty(),
                "cpu",
                DeviceOptions.defaults(),
                file,
                OptionalInt.empty(),
                OptionalInt.empty()),
            new PerplexityRun.Listener() {
              @Override
              public void note(String sentence) {}

              @Override
              public void window(WindowScore score, Tally tally, int total) {}
            })
        .perplexity();
  }
}
