package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.corpus.Document;
import io.github.nonplus.corpus.Text;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsWriter;
import io.github.nonplus.protocol.Preparation;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.tokenizer.SpelledAs;
import io.github.nonplus.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A text through a file's own tokenizer and llama-perplexity's chunks: its running perplexities
/// from losses in float64. The files are too many to be shipped: `-Dnonplus.goldens=DIR`.
class GgufPerplexityTest {
  private static final int CHUNK = 256;

  /// Of a perplexity of some thousands, whose losses are off by [GgufGolden#TOLERANCE] at most.
  private static final double RELATIVE = 1e-5;

  @TempDir Path directory;

  @Test
  void runningPerplexitiesAreThoseOfLlamaPerplexitysChunks() throws IOException {
    List<String> names =
        GgufGolden.names().stream().filter(name -> name.startsWith("types/")).toList();
    assumeTrue(!names.isEmpty(), "not run: -Dnonplus.goldens=DIR");
    for (String name : names) {
      GgufGolden golden = GgufGolden.named(name);
      if (golden.isComputed()) {
        JsonNode expected = golden.golden().path("perplexity_c256_float64");
        Path text = golden.model().getParent().resolveSibling("text.txt");
        WindowsFile chunks = chunks(golden.model(), Document.of(Text.read(text)));
        Tally tally = new Tally(Protocols.LLAMACPP.averaging(), chunks.extent());
        int chunk = 0;
        for (WindowScore score : TestRun.of(golden.model(), chunks.path()).scores()) {
          tally.add(score);
          assertThat(tally.perplexity() / expected.get(chunk).asDouble())
              .as("%s: chunk %d", name, chunk)
              .isCloseTo(1, within(RELATIVE));
          chunk++;
        }
        assertThat(chunk).isEqualTo(expected.size());
      }
    }
  }

  private WindowsFile chunks(Path model, Document text) {
    Path path = directory.resolve("windows.txt");
    try (Tokenizer tokenizer = Tokenizer.open(model, SpelledAs.LETTERS)) {
      Preparation preparation =
          new Preparation(
              Protocols.LLAMACPP,
              Protocols.LLAMACPP.windows().of().apply(CHUNK, CHUNK),
              tokenizer,
              Integer.MAX_VALUE);
      try (WindowsWriter writer = WindowsWriter.of(path, preparation.header(false))) {
        preparation.add(text, writer);
        writer.commit();
      }
    }
    return WindowsFile.read(path);
  }
}
