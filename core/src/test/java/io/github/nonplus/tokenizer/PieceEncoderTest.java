package io.github.nonplus.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.CorpusException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A text in pieces has the ids of the whole.
class PieceEncoderTest {
  private static final String CORPUS = "/io/github/nonplus/corpus/";
  private static final Path NOVELLA = Path.of("../examples/novella-6m");

  /// Words, spaces and marks that a tokenizer could treat together, letters without spaces between
  /// them, and what special tokens look like.
  private static final List<String> SCRAPS =
      List.of(
          " ",
          "  ",
          "\n",
          " \n\n ",
          "\t",
          "a",
          "Word",
          "don't",
          "'s",
          "1234",
          ".",
          " ,",
          "ä",
          "𝕏",
          "e\u0301",
          "雨",
          "<s>",
          "<|endoftext|>",
          " the",
          " rain fell",
          "\r\n",
          "\u00a0",
          "'S x");

  @TempDir Path directory;

  @Test
  void wikiTextForTheShippedTokenizer() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(NOVELLA)) {
      check(tokenizer, wiki(), 4000);
    }
  }

  @Test
  void wikiTextForSmolLm2() throws IOException {
    unpack("smollm2-tokenizer.json", directory.resolve("tokenizer.json"));
    try (Tokenizer tokenizer = Tokenizer.open(directory)) {
      check(tokenizer, wiki(), 1000);
    }
  }

  @Test
  void scrapsInAnyOrder() throws IOException {
    Random random = new Random(7);
    try (Tokenizer novella = Tokenizer.open(NOVELLA);
        Tokenizer llama = llama("\"▁\": 5, \"a\": 6, \"x\": 7, \"▁a\": 8", "[\"▁\", \"a\"]")) {
      for (int round = 0; round < 100; round++) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(60); i >= 0; i--) {
          text.append(SCRAPS.get(random.nextInt(SCRAPS.size())));
        }
        check(novella, text.toString(), 1 + random.nextInt(12));
        check(llama, text.toString(), 1 + random.nextInt(12));
      }
    }
  }

  /// As Llama 2 does it: one word, however long, with a space put before it.
  @Test
  void aTokenizerThatSplitsNothingAndPutsASpaceBeforeTheText() throws IOException {
    try (Tokenizer llama = llama("\"▁\": 5, \"a\": 6, \"x\": 7, \"▁a\": 8", "[\"▁\", \"a\"]")) {
      assertThat(llama.hasSeams()).isTrue();
      assertThat(pieces(llama, "a a x a a x xa a", 3, false))
          .containsExactly(8, 8, 5, 7, 8, 8, 5, 7, 5, 7, 6, 8);
    }
  }

  @Test
  void aTokenThatReachesOverASpaceForbidsSeams() throws IOException {
    try (Tokenizer llama = llama("\"▁\": 5, \"a\": 6, \"a▁\": 7, \"▁a\": 8", "[\"a\", \"▁\"]")) {
      assertThat(llama.hasSeams()).isFalse();
      assertThat(pieces(llama, "a a a a a", 1, true)).isEqualTo(ids(llama.encode("a a a a a")));
    }
  }

  @Test
  void aTextWithoutSeamsIsTokenizedInOneGoUpToALimit() {
    try (Tokenizer tokenizer = Tokenizer.open(NOVELLA)) {
      PieceEncoder encoder = tokenizer.pieces("t", true, _ -> {});
      String part = "1 ".repeat(1 << 20);
      assertThatThrownBy(() -> IntStream.range(0, 40).forEach(_ -> encoder.add(part)))
          .isInstanceOf(CorpusException.class)
          .hasMessage(
              "t has 33554432 characters without a space between two letters, more than are"
                  + " tokenized at once; split it");
    }
  }

  private static void check(Tokenizer tokenizer, String text, int piece) {
    assertThat(tokenizer.hasSeams()).isTrue();
    for (boolean special : new boolean[] {true, false}) {
      assertThat(pieces(tokenizer, text, piece, special))
          .as(text.length() < 1000 ? text : "text")
          .isEqualTo(ids(tokenizer.encode(text, special)));
    }
  }

  private static List<Integer> pieces(
      Tokenizer tokenizer, String text, int piece, boolean special) {
    List<Integer> all = new ArrayList<>();
    PieceEncoder encoder =
        new PieceEncoder(tokenizer, "text", special, piece, ids -> all.addAll(ids(ids)));
    encoder.add(text);
    encoder.end();
    return all;
  }

  private static List<Integer> ids(int[] ids) {
    return IntStream.of(ids).boxed().toList();
  }

  private Tokenizer llama(String vocabulary, String merge) throws IOException {
    Path model = Files.createTempDirectory(directory, "llama");
    StringBuilder bytes = new StringBuilder();
    for (int b = 0; b < 256; b++) {
      bytes.append(", \"<0x%02X>\": %d".formatted(b, 100 + b));
    }
    Files.writeString(
        model.resolve("tokenizer.json"),
        """
        {"version": "1.0", "added_tokens": [],
         "normalizer": {"type": "Sequence", "normalizers": [
           {"type": "Prepend", "prepend": "▁"},
           {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
         "pre_tokenizer": null, "post_processor": null, "decoder": null,
         "model": {"type": "BPE", "dropout": null, "unk_token": "<unk>", "fuse_unk": true,
           "byte_fallback": true, "vocab": {"<unk>": 0, %s%s}, "merges": [%s]}}
        """
            .formatted(vocabulary, bytes, merge));
    return Tokenizer.open(model);
  }

  private static String wiki() throws IOException {
    try (InputStream in =
        new GZIPInputStream(
            PieceEncoderTest.class.getResourceAsStream(CORPUS + "wiki.test.raw.gz"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void unpack(String name, Path file) throws IOException {
    try (InputStream in =
        new GZIPInputStream(PieceEncoderTest.class.getResourceAsStream(CORPUS + name + ".gz"))) {
      Files.copy(in, file);
    }
  }
}
