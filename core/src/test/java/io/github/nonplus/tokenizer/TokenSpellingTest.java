package io.github.nonplus.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenSpellingTest {
  private static final Path NOVELLA = Path.of("../examples/novella-6m");

  @TempDir Path directory;

  @Test
  void bytesOfATextsTokensAreTheText() {
    String text = "It was 𝄞 a\u0000 \"dark\"\r\n\n night — naïve… \t\u00ad\u007f\u00a0 日本語.";
    TokenSpelling spelling = TokenSpelling.read(NOVELLA.resolve("tokenizer.json"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Tokenizer tokenizer = Tokenizer.open(NOVELLA)) {
      for (int id : tokenizer.encode(text)) {
        bytes.writeBytes(spelling.bytes(id));
      }
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("<s>" + text);
  }

  @Test
  void sentencePieceSpellsSpacesAndBytesItsOwnWay() throws IOException {
    TokenSpelling spelling =
        vocabulary(
            """
            {"type": "Sequence", "decoders": [
              {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
              {"type": "ByteFallback"}, {"type": "Fuse"}]}""",
            "▁the",
            "<0x0A>");
    assertThat(spelling.bytes(0)).asString(StandardCharsets.UTF_8).isEqualTo(" the");
    assertThat(spelling.bytes(1)).containsExactly('\n');
  }

  @Test
  void wordPieceMarksWhatContinuesAWord() throws IOException {
    TokenSpelling spelling = vocabulary("{\"type\": \"WordPiece\"}", "un", "##do");
    assertThat(spelling.bytes(0)).asString(StandardCharsets.UTF_8).isEqualTo(" un");
    assertThat(spelling.bytes(1)).asString(StandardCharsets.UTF_8).isEqualTo("do");
  }

  @Test
  void addedTokensAndTokensOfNoDecoderAreTextAsTheyStand() throws IOException {
    TokenSpelling spelling = vocabulary("null", "Ġa", "b");
    assertThat(spelling.bytes(0)).asString(StandardCharsets.UTF_8).isEqualTo("Ġa");
    assertThat(TokenSpelling.read(NOVELLA.resolve("tokenizer.json")).bytes(1))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("<s>");
    assertThat(spelling.bytes(9)).isEmpty();
  }

  private TokenSpelling vocabulary(String decoder, String first, String second) throws IOException {
    return TokenSpelling.read(
        Files.writeString(
            directory.resolve("tokenizer.json"),
            "{\"decoder\": %s, \"model\": {\"vocab\": {\"%s\": 0, \"%s\": 1}}}"
                .formatted(decoder, first, second)));
  }
}
