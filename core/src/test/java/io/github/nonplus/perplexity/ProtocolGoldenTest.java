package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.corpus.Document;
import io.github.nonplus.corpus.GivenRows;
import io.github.nonplus.corpus.Text;
import io.github.nonplus.corpus.WikiPages;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsWriter;
import io.github.nonplus.protocol.Preparation;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.report.ScoreLines;
import io.github.nonplus.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Other tools' numbers, made by their scripts in PyTorch (float64) and by llama.cpp itself.
///
/// The losses of a few windows are computed; the whole text's number follows from the scripts' own
/// losses of all windows, so that what is tested there is the averaging alone.
class ProtocolGoldenTest {
  private static final Path NOVELLA = Path.of("../examples/novella-6m");
  private static final Path HOUND = Path.of("../examples/hound-of-the-baskervilles.txt");

  /// What is demanded of a tool's number: float32 errs by about 1e-6 a token, a mean by less.
  private static final double RELATIVE = 1e-5;

  /// Of sums of the same numbers in another order: some 1e5 additions of numbers of one size.
  private static final double ROUNDING = 1e-12;

  @TempDir Path directory;

  @Test
  void llamaCppsChunksOfAWholeBook() throws IOException {
    JsonNode golden = golden("protocols.novella-6m.json").at("/hound-of-the-baskervilles.txt/B1");
    WindowsFile file = prepared(NOVELLA, Protocols.LLAMACPP, 512, 512, hound());
    assertThat(file.windows().count()).isEqualTo(golden.get("chunks").asInt());
    assertThat(file.windows().scored()).isEqualTo(golden.get("scored").asLong());
    assertSums(NOVELLA, file, golden.get("nll_sum_per_chunk"), true);
  }

  @Test
  void theDocumentsWindowsOfAWholeBook() throws IOException {
    JsonNode golden = golden("protocols.novella-6m.json").at("/hound-of-the-baskervilles.txt/B4");
    WindowsFile file = prepared(NOVELLA, Protocols.HF_STRIDE, 512, 256, hound());
    double[] means = doubles(golden.get("mean_nll_per_window"));
    for (int w = 0; w < means.length; w++) {
      assertThat(file.windows().scored(w)).isEqualTo(golden.at("/scored_per_window/" + w).asInt());
    }
    assertThat(file.windows().count()).isEqualTo(means.length);
    assertSums(NOVELLA, file, golden.get("mean_nll_per_window"), false);
    assertThat(replayed(Protocols.HF_STRIDE, file, means).perplexity())
        .isCloseTo(golden.get("ppl_today").asDouble(), within(ROUNDING * 100));
    assertThat(replayed(Protocols.HF_STRIDE_2022, file, means).perplexity())
        .isCloseTo(golden.get("ppl_older").asDouble(), within(ROUNDING * 100));
  }

  @Test
  void gptqsWindowsOfAWholeBook() throws IOException {
    JsonNode golden = golden("protocols.novella-6m.json").at("/hound-of-the-baskervilles.txt/B5");
    WindowsFile file = prepared(NOVELLA, Protocols.GPTQ, 512, 512, hound());
    double[] means = doubles(golden.get("mean_nll_per_window"));
    assertThat(file.windows().count()).isEqualTo(means.length);
    assertThat(file.windows().scored()).isEqualTo(golden.get("scored").asLong());
    assertSums(NOVELLA, file, golden.get("mean_nll_per_window"), false);
    assertThat(replayed(Protocols.GPTQ, file, means).perplexity())
        .isCloseTo(golden.get("ppl").asDouble(), within(ROUNDING * 100));
  }

  @Test
  void theHarnesssWindowsOfTenPagesAndTheLossOfTheFirst() throws IOException {
    List<String> pages = WikiPages.of(wiki()).subList(0, 10);
    for (Protocol protocol : List.of(Protocols.LM_EVAL_WIKITEXT, Protocols.LM_EVAL_WIKITEXT_2024)) {
      String variant = protocol.equals(Protocols.LM_EVAL_WIKITEXT) ? "None" : "False";
      JsonNode golden =
          golden("protocols.novella-6m.json")
              .get("wikitext pages")
              .get("B7 add_bos_token=" + variant);
      WindowsFile file = prepared(NOVELLA, protocol, 1024, 1024, GivenRows.document("wiki", pages));
      assertThat(file.windows().count()).isEqualTo(golden.get("windows").asInt());
      assertThat(file.windows().scored()).isEqualTo(golden.get("scored").asLong());
      assertThat(file.extent().words()).isEqualTo(golden.get("words").asLong());
      assertThat(file.extent().bytes()).isEqualTo(golden.get("bytes").asLong());
      int windows = golden.at("/windows_per_page/0").asInt();
      TestRun run = run(NOVELLA, first(protocol, pages.getFirst()));
      assertThat(run.scores()).hasSize(windows);
      double nll = run.scores().stream().mapToDouble(WindowScore::sum).sum();
      double expected = golden.at("/nll_per_page/0").asDouble();
      assertThat(nll / expected).isCloseTo(1, within(RELATIVE));
      double words = golden.at("/words_per_page/0").asDouble();
      double bytes = golden.at("/bytes_per_page/0").asDouble();
      assertThat(run.result().perplexity() / Math.exp(expected / words))
          .isCloseTo(1, within(RELATIVE * expected / words));
      assertThat(run.result().figures().get("word_perplexity"))
          .isEqualTo(run.result().perplexity());
      assertThat(run.result().figures().get("byte_perplexity") / Math.exp(expected / bytes))
          .isCloseTo(1, within(RELATIVE));
      assertThat(run.result().figures().get("bits_per_byte") * bytes * Math.log(2) / expected)
          .isCloseTo(1, within(RELATIVE));
    }
  }

  /// The constants in every word and byte perplexity that the harness gives for WikiText-2.
  @Test
  void thePagesOfWikiTextHave241335WordsAnd1290527Bytes() throws IOException {
    WindowsFile file =
        prepared(
            NOVELLA, Protocols.LM_EVAL_WIKITEXT, 1024, 1024, Document.of(Text.of("w", wiki())));
    assertThat(file.sections()).hasSize(62);
    assertThat(file.extent().words()).isEqualTo(241_335);
    assertThat(file.extent().bytes()).isEqualTo(1_290_527);
  }

  /// The float16 rounding of the weights of SmolLM2: `-Dnonplus.smollm2=DIR` names them. The values
  /// are those of transformers in float32, which is up to 1e-5 below its float64.
  @Test
  void smolLm2InLlamaCppsFirstChunks() throws IOException {
    String model = System.getProperty("nonplus.smollm2");
    assumeTrue(model != null, "not run: -Dnonplus.smollm2=DIR names no SmolLM2-135M");
    JsonNode golden = golden("b1.smollm2-135m.wiki.json");
    List<Double> running = new ArrayList<>();
    runSmolLm2(Path.of(model), 4, tally -> running.add(tally.perplexity()));
    double[] expected = doubles(golden.get("running_ppl_float16_weights_f32"));
    for (int chunk = 0; chunk < running.size(); chunk++) {
      assertThat(running.get(chunk) / expected[chunk]).isCloseTo(1, within(2e-5));
    }
  }

  /// The same model with unrounded weights in float32: `-Dnonplus.smollm2.float32=DIR`. What
  /// llama.cpp prints, to the last decimal.
  @Test
  void smolLm2InFloat32AsLlamaCppPrintsIt() throws IOException {
    String model = System.getProperty("nonplus.smollm2.float32");
    assumeTrue(
        model != null, "not run: -Dnonplus.smollm2.float32=DIR names no SmolLM2-135M in float32");
    StringBuilder printed = new StringBuilder();
    runSmolLm2(Path.of(model), 20, tally -> printed.append(ScoreLines.running(tally)));
    String expected =
        new String(
            resource("/io/github/nonplus/goldens/llamacpp/smollm2-135m-f32-strict.wiki.c512.txt"),
            StandardCharsets.UTF_8);
    assertThat(printed.toString()).isEqualTo(expected.lines().findFirst().orElseThrow());
  }

  private void runSmolLm2(Path model, int chunks, java.util.function.Consumer<Tally> after)
      throws IOException {
    Document wiki = Document.of(Text.of("wiki", wiki()));
    WindowsFile file = prepared(model, Protocols.LLAMACPP, 512, 512, wiki, chunks);
    Tally tally = new Tally(Protocols.LLAMACPP.averaging(), file.extent());
    for (WindowScore score : run(model, file).scores()) {
      tally.add(score);
      after.accept(tally);
    }
  }

  /// The losses of the first three windows and of the last, run as a file of their own.
  private void assertSums(Path model, WindowsFile file, JsonNode expected, boolean sums) {
    int last = file.windows().count() - 1;
    int[] chosen = {0, 1, 2, last};
    WindowsFile some;
    try (WindowsWriter writer = WindowsWriter.of(directory.resolve("some.txt"), file.header())) {
      writer.document("some", file.extent());
      for (int w : chosen) {
        writer.window(file.windows().window(w), file.windows().scored(w));
      }
      writer.commit();
      some = WindowsFile.read(directory.resolve("some.txt"));
    }
    List<WindowScore> scores = run(model, some).scores();
    for (int i = 0; i < chosen.length; i++) {
      double found = sums ? scores.get(i).sum() : scores.get(i).mean();
      assertThat(found / expected.get(chosen[i]).asDouble())
          .as("window %d", chosen[i])
          .isCloseTo(1, within(RELATIVE));
    }
  }

  /// The number of windows whose tokens all have the mean loss of their window.
  private static Tally replayed(Protocol protocol, WindowsFile file, double[] means) {
    Tally tally = new Tally(protocol.averaging(), file.extent());
    for (int w = 0; w < means.length; w++) {
      double[] nll = new double[file.windows().scored(w)];
      Arrays.fill(nll, means[w]);
      tally.add(new WindowScore(w, file.windows().length(w) - nll.length, nll));
    }
    return tally;
  }

  private WindowsFile first(Protocol protocol, String page) {
    return prepared(NOVELLA, protocol, 1024, 1024, GivenRows.document("page", List.of(page)));
  }

  private WindowsFile prepared(
      Path model, Protocol protocol, int window, int stride, Document document) {
    return prepared(model, protocol, window, stride, document, Integer.MAX_VALUE);
  }

  private WindowsFile prepared(
      Path model, Protocol protocol, int window, int stride, Document document, int most) {
    Path path = directory.resolve("windows.txt");
    try (Tokenizer tokenizer = Tokenizer.open(model)) {
      Preparation preparation =
          new Preparation(protocol, protocol.windows().of().apply(window, stride), tokenizer, most);
      try (WindowsWriter writer = WindowsWriter.of(path, preparation.header(false))) {
        preparation.add(document, writer);
        writer.commit();
      }
    }
    return WindowsFile.read(path);
  }

  private static TestRun run(Path model, WindowsFile file) {
    return TestRun.of(
        model, file.path(), OptionalInt.empty(), io.github.nonplus.device.DeviceOptions.defaults());
  }

  private static Document hound() {
    return Document.of(Text.read(HOUND));
  }

  private static String wiki() throws IOException {
    try (InputStream in =
        new GZIPInputStream(
            ProtocolGoldenTest.class.getResourceAsStream(
                "/io/github/nonplus/corpus/wiki.test.raw.gz"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    Arrays.setAll(values, i -> array.get(i).asDouble());
    return values;
  }

  private static JsonNode golden(String name) throws IOException {
    return new ObjectMapper().readTree(resource("/io/github/nonplus/goldens/hf/" + name));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ProtocolGoldenTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}
