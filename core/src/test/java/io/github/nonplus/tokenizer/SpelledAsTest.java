package io.github.nonplus.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.nonplus.failure.CorpusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Special tokens that a text spells out: one id, or their letters; every other id is the same.
class SpelledAsTest {
  private static final Path NOVELLA = Path.of("../examples/novella-6m");

  /// Of two special tokens one is in the vocabulary and one is not; behind them stands a token that
  /// is none.
  private static final String LETTERS =
      """
      {"version": "1.0", "normalizer": null, "pre_tokenizer": null, "decoder": null,
       "added_tokens": [%s, %s, %s],
       "post_processor": {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                    {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
         "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}},
       "model": {"type": "BPE", "vocab": {"<s>": 0, "<": 1, "s": 2, ">": 3, "x": 4, "y": 5},
                 "merges": []}}
      """
          .formatted(added(0, "<s>", true), added(6, "<x>", true), added(7, "<y>", false));

  @TempDir Path directory;

  private static String added(int id, String content, boolean special) {
    return """
        {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": %s}"""
        .formatted(id, content, special);
  }

  private int[] ids(String json, String text, SpelledAs spelled) throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), json);
    try (Tokenizer tokenizer = Tokenizer.open(directory, spelled)) {
      assertThat(tokenizer.spelledAs()).isEqualTo(spelled);
      assertThat(tokenizer.specialTokens()).containsExactly("<s>", "<x>");
      return tokenizer.encode(text);
    }
  }

  @Test
  void specialTokensAreIdsOrLettersAndAllElseStays() throws IOException {
    String text = "x<s><x><y>";
    assertThat(ids(LETTERS, text, SpelledAs.IDS)).containsExactly(0, 4, 0, 6, 7);
    assertThat(ids(LETTERS, text, SpelledAs.LETTERS)).containsExactly(0, 4, 1, 2, 3, 1, 4, 3, 7);
  }

  @Test
  void textsThatSpellNoneHaveTheSameIds() throws IOException {
    String text = "It was a dark night < s > — naïve… 日本語.";
    try (Tokenizer ids = Tokenizer.open(NOVELLA);
        Tokenizer letters = Tokenizer.open(NOVELLA, SpelledAs.LETTERS)) {
      assertThat(letters.encode(text)).isEqualTo(ids.encode(text));
      assertThat(letters.digest()).isEqualTo(ids.digest());
      assertThat(letters.encode("<s>")).hasSizeGreaterThan(2);
      assertThat(letters.decode(letters.encode("a <|endoftext|>"))).isEqualTo("<s>a <|endoftext|>");
    }
  }

  @Test
  void idsThatHangOnSpecialTokensAreNotGuessed() {
    String first = LETTERS.replace("\"y\": 5", "\"y\": 9");
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(
            () ->
                ids(
                    first.replace("\"<s>\": 0,", "\"<s>\": 20,").replace("[0]", "[20]"),
                    "x",
                    SpelledAs.LETTERS))
        .withMessageContaining("ids that hang on its special ones");
  }

  @Test
  void theSpellingThatIsNoTextsIsNotTakenFromATextEither() {
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> ids(LETTERS, "a\udbff\udfff0", SpelledAs.LETTERS))
        .withMessageContaining("the text holds U+10FFFF");
  }
}
