package io.github.nonplus.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.corpus.Document;
import io.github.nonplus.corpus.GivenRows;
import io.github.nonplus.corpus.Text;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsWriter;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which ids stand in the windows, by a tokenizer that adds a BOS (id 1; the EOS is 0).
class PreparationTest {
  private static final int BOS = 1;
  private static final int EOS = 0;
  private static final String TEXT = "It was a dark and stormy night; the rain fell in torrents.";

  private static Tokenizer tokenizer;

  @TempDir Path directory;

  @BeforeAll
  static void open() {
    tokenizer = Tokenizer.open(Path.of("../examples/novella-6m"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private WindowsFile prepared(Protocol protocol, int window, Document... documents) {
    Preparation preparation =
        new Preparation(
            protocol, protocol.windows().of().apply(window, 2), tokenizer, Integer.MAX_VALUE);
    Path file = directory.resolve("windows.txt");
    try (WindowsWriter writer = WindowsWriter.of(file, preparation.header(documents.length > 1))) {
      for (Document document : documents) {
        preparation.add(document, writer);
      }
      writer.commit();
    }
    return WindowsFile.read(file);
  }

  private static Document text(String text) {
    return Document.of(Text.of("text", text));
  }

  private static Document rows(String... rows) {
    return GivenRows.document("rows", List.of(rows));
  }

  private static List<Integer> ids(WindowsFile file, int window) {
    return Arrays.stream(file.windows().window(window)).boxed().toList();
  }

  private static List<Integer> plain(String text) {
    return Arrays.stream(tokenizer.encodePlain(text)).boxed().toList();
  }

  private static List<Integer> with(int first, List<Integer> rest) {
    List<Integer> all = new ArrayList<>(List.of(first));
    all.addAll(rest);
    return all;
  }

  @Test
  void theBosOfTheTextShiftsAllAndReplacesTheFirstIdOfEachWindowInLlamaCpp() {
    List<Integer> all = with(BOS, plain(TEXT));
    WindowsFile file = prepared(Protocols.LLAMACPP, 6, text(TEXT));
    assertThat(ids(file, 0)).isEqualTo(all.subList(0, 6));
    assertThat(ids(file, 1)).isEqualTo(with(BOS, all.subList(7, 12)));
    assertThat(file.windows().scored(1)).isEqualTo(2);
    assertThat(Protocols.of(file)).isEqualTo(Protocols.LLAMACPP);
  }

  @Test
  void theBosStandsAtTheTextsBeginOnlyInGptq() {
    List<Integer> all = with(BOS, plain(TEXT));
    WindowsFile file = prepared(Protocols.GPTQ, 6, text(TEXT));
    assertThat(ids(file, 1)).isEqualTo(all.subList(6, 12));
    assertThat(file.windows().scored(1)).isEqualTo(5);
  }

  @Test
  void thePrefixOfTheHarnessComesOnTopOfTheTokenizersBos() {
    List<Integer> plain = plain(TEXT);
    assertThat(ids(prepared(Protocols.LM_EVAL_WIKITEXT_2024, 99, text(TEXT)), 0))
        .isEqualTo(with(BOS, plain));
    WindowsFile today = prepared(Protocols.LM_EVAL_WIKITEXT, 99, text(TEXT));
    assertThat(ids(today, 0)).isEqualTo(with(BOS, with(BOS, plain)));
    assertThat(today.windows().scored(0)).isEqualTo(plain.size() + 1);
    assertThat(today.windows().fed(0)).isEqualTo(plain.size() + 1);
  }

  @Test
  void rowsAreJoinedAloneOrGluedAsTheProtocolSays() {
    String[] rows = {"the rain fell", "", "in torrents"};
    assertThat(ids(prepared(Protocols.EXLLAMAV2, 4, rows(rows)), 0))
        .isEqualTo(glued(plain("the rain fell"), plain("in torrents")).subList(0, 4));
    assertThat(ids(prepared(Protocols.HF_STRIDE_2022, 99, rows(rows)), 0))
        .isEqualTo(with(BOS, plain("the rain fell\n\n\n\nin torrents")));
    WindowsFile alone = prepared(Protocols.HF_EVALUATE, 99, rows(rows));
    assertThat(ids(alone, 0)).isEqualTo(with(BOS, plain("the rain fell")));
    assertThat(ids(alone, 1)).isEqualTo(with(BOS, plain("in torrents")));
    assertThat(alone.sections()).extracting("name").containsExactly("rows#1", "rows#3");
  }

  private static List<Integer> glued(List<Integer> one, List<Integer> other) {
    List<Integer> all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }

  @Test
  void samplesOfMlxEndInAnEosEach() {
    List<Integer> first = glued(with(BOS, plain("the rain fell")), List.of(EOS));
    List<Integer> second = glued(with(BOS, plain("in torrents")), List.of(EOS));
    List<Integer> all = glued(first, second);
    WindowsFile file = prepared(Protocols.MLX, all.size(), rows("the rain fell", "in torrents"));
    assertThat(ids(file, 0)).isEqualTo(all);
  }

  @Test
  void anEmptySampleOfMlxIsWhatTheTokenizerAddsToItAndAnEos() {
    List<Integer> first = glued(with(BOS, plain("the rain fell")), List.of(EOS));
    List<Integer> all = glued(first, List.of(BOS, EOS));
    WindowsFile file = prepared(Protocols.MLX, all.size(), rows("the rain fell", ""));
    assertThat(ids(file, 0)).isEqualTo(all);
  }

  @Test
  void theOriginalsFileHasNoHeaderUnlessItHoldsSeveralDocuments() {
    Document even = text(plain(TEXT).size() % 2 == 0 ? TEXT.replace(".", "") : TEXT);
    assertThat(prepared(Protocols.QUALCOMM_MLC, 6, even).header()).isEmpty();
    WindowsFile two = prepared(Protocols.QUALCOMM_MLC, 6, text(TEXT), text("the rain fell"));
    assertThat(two.header()).isPresent();
    assertThat(two.sections()).hasSize(2);
    assertThat(ids(two, two.sections().get(1).first()))
        .isEqualTo(
            with(BOS, plain("the rain fell"))
                .subList(0, Math.min(6, 1 + plain("the rain fell").size())));
  }

  @Test
  void aTextOfLessThanTwoChunksIsRefusedAsLlamaCppRefusesIt() {
    int tokens = 1 + plain(TEXT).size();
    assertThatThrownBy(() -> prepared(Protocols.LLAMACPP, tokens / 2 + 1, text(TEXT)))
        .isInstanceOf(CorpusException.class)
        .hasMessage(
            "text has %d tokens, too few for the protocol llamacpp with windows of %d; give a"
                + " longer text or a smaller --window",
            tokens, tokens / 2 + 1);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void onlyTheFirstWindowsAreMadeOfWhichMoreAreNotWanted() {
    Preparation preparation =
        new Preparation(
            Protocols.LLAMACPP, Protocols.LLAMACPP.windows().of().apply(4, 4), tokenizer, 2);
    try (WindowsWriter writer =
        WindowsWriter.of(directory.resolve("w"), preparation.header(false))) {
      preparation.add(text(TEXT), writer);
      assertThat(writer.windows()).isEqualTo(2);
    }
  }
}
