package io.github.nonplus.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
  private static final Path NOVELLA = Path.of("../examples/novella-6m");

  /// Two words, with a begin-of-text token put before every text, and settings that would cut or
  /// fill any text.
  private static final String WORDS =
      """
      {"version": "1.0",
       "truncation": {"direction": "Right", "max_length": 2, "strategy": "LongestFirst",
                      "stride": 0},
       "padding": {"strategy": {"Fixed": 8}, "direction": "Right", "pad_to_multiple_of": null,
                   "pad_id": 0, "pad_type_id": 0, "pad_token": "<s>"},
       "added_tokens": [{"id": 0, "content": "<s>", "single_word": false, "lstrip": false,
                         "rstrip": false, "normalized": false, "special": true}],
       "normalizer": null,
       "pre_tokenizer": {"type": "Whitespace"},
       "post_processor": {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                    {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
         "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}},
       "decoder": null,
       "model": {"type": "WordLevel", "vocab": {"<s>": 0, "a": 1, "B": 5}, "unk_token": "a"}}
      """;

  @TempDir Path directory;

  @Test
  void textAndIdsAreEachOthersInverse() {
    try (Tokenizer tokenizer = Tokenizer.open(NOVELLA)) {
      String text = "It was 𝄞 a\u0000 \"dark\"\r\n\n night — naïve… \t e\u0301 and 日本語.";
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo("<s>" + text);
    }
  }

  @Test
  void byteOrderMarkAndLineEndsOfWindowsArePassedOver() throws IOException {
    Path file = directory.resolve("tokenizer.json");
    Files.writeString(file, "\ufeff" + WORDS.replace("\n", "\r\n"));
    Files.writeString(directory.resolve("tokenizer_config.json"), "\ufeff{\r\n}");
    try (Tokenizer tokenizer = Tokenizer.open(directory)) {
      assertThat(tokenizer.encode("B")).containsExactly(0, 5);
    }
  }

  @Test
  void tokenOfThePostProcessorIsAddedOnce() {
    try (Tokenizer tokenizer = Tokenizer.open(NOVELLA)) {
      assertThat(tokenizer.encode("")).containsExactly(1);
      assertThat(tokenizer.encode("the the")).startsWith(1).doesNotHaveDuplicates();
      assertThat(tokenizer.token(1)).isEqualTo("<s>");
    }
  }

  @Test
  void vocabularyAndDigestComeFromTheFile() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(NOVELLA)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(4096);
      assertThat(tokenizer.digest()).isEqualTo(Sha256.of(NOVELLA.resolve("tokenizer.json")));
      assertThat(tokenizer.warnings()).isEmpty();
    }
  }

  @Test
  void nothingIsTruncatedOrPaddedWhateverTheFileSays() throws IOException {
    try (Tokenizer tokenizer = open(WORDS, "{}")) {
      assertThat(tokenizer.encode("a B a B")).containsExactly(0, 1, 5, 1, 5);
      assertThat(tokenizer.encode("a")).containsExactly(0, 1);
    }
  }

  @Test
  void settingsThatWouldChangeTheTextAreNotApplied() throws IOException {
    String settings =
        "{\"do_lower_case\": true, \"add_prefix_space\": true, \"strip_accents\": true}";
    try (Tokenizer tokenizer = open(WORDS, settings)) {
      assertThat(tokenizer.encode("B")).containsExactly(0, 5);
    }
  }

  @Test
  void vocabularyEndsAfterItsLargestIdAndGapsAreEmpty() throws IOException {
    try (Tokenizer tokenizer = open(WORDS, "{}")) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(6);
      assertThat(tokenizer.token(5)).isEqualTo("B");
      assertThat(tokenizer.token(3)).isEmpty();
      assertThatExceptionOfType(CorpusException.class)
          .isThrownBy(() -> tokenizer.decode(new int[] {6}))
          .withMessage("the id 6 is not in the vocabulary, which ends at 5");
    }
  }

  /// The library numbers added tokens itself, one after another behind the vocabulary.
  @Test
  void idsOfAddedTokensAreThoseThatTheLibraryGives() throws IOException {
    String added =
        "\"added_tokens\": [{\"id\": %d, \"content\": \"<x>\", \"single_word\": false,"
            + " \"lstrip\": false, \"rstrip\": false, \"normalized\": false, \"special\": true}, ";
    String words = WORDS.replace("\"B\": 5", "\"B\": 2");
    try (Tokenizer tokenizer =
        open(words.replace("\"added_tokens\": [", added.formatted(9)), "{}")) {
      assertThat(tokenizer.encode("a <x>")).containsExactly(0, 1, 3);
      assertThat(tokenizer.token(3)).isEqualTo("<x>");
      assertThat(tokenizer.vocabularySize()).isEqualTo(4);
      assertThat(tokenizer.warnings())
          .containsExactly(
              "tokenizer.json gives the token <x> the id 9, but Hugging Face's library gives it 3;"
                  + " the ids follow the library");
    }
    try (Tokenizer tokenizer =
        open(words.replace("\"added_tokens\": [", added.formatted(3)), "{}")) {
      assertThat(tokenizer.encode("a <x>")).containsExactly(0, 1, 3);
      assertThat(tokenizer.warnings()).isEmpty();
    }
  }

  @Test
  void disagreementAboutTheFirstTokenIsAWarning() throws IOException {
    try (Tokenizer tokenizer = open(WORDS, "{\"add_bos_token\": false, \"bos_token\": \"<s>\"}")) {
      assertThat(tokenizer.warnings())
          .containsExactly(
              "tokenizer_config.json sets add_bos_token to false, but tokenizer.json adds <s>; the"
                  + " ids follow tokenizer.json, and other tools may count one token more or less");
    }
  }

  @Test
  void disagreementAboutTheLastTokenIsAWarning() throws IOException {
    String settings =
        "{\"add_bos_token\": true, \"bos_token\": {\"content\": \"<s>\"},"
            + " \"add_eos_token\": true, \"eos_token\": \"<s>\"}";
    try (Tokenizer tokenizer = open(WORDS, settings)) {
      assertThat(tokenizer.warnings())
          .singleElement()
          .asString()
          .contains("add_eos_token to true, but tokenizer.json does not add <s>");
    }
  }

  @Test
  void disagreementAboutTheSpaceBeforeTheTextIsAWarning() throws IOException {
    String json = Files.readString(NOVELLA.resolve("tokenizer.json"));
    try (Tokenizer tokenizer = open(json, "{\"add_prefix_space\": true}")) {
      assertThat(tokenizer.warnings())
          .containsExactly(
              "tokenizer_config.json sets add_prefix_space to true, but tokenizer.json to false;"
                  + " the ids follow tokenizer.json, and other tools may begin the text with"
                  + " another token");
    }
  }

  @Test
  void aTokenizerThatTransformersBuildsAnewIsAWarning() throws IOException {
    String settings = "{\"tokenizer_class\": \"%s\", \"legacy\": %s}";
    String prepending =
        WORDS.replace(
            "\"normalizer\": null", "\"normalizer\": {\"type\": \"Prepend\", \"prepend\": \"▁\"}");
    String metaspace =
        WORDS.replace(
            "{\"type\": \"Whitespace\"}",
            "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"first\","
                + " \"split\": false}");
    try (Tokenizer tokenizer = open(prepending, settings.formatted("LlamaTokenizer", false))) {
      assertThat(tokenizer.warnings())
          .containsExactly(
              "tokenizer_config.json names LlamaTokenizer with legacy false, which transformers 5"
                  + " builds anew, with a space before the first word only; tokenizer.json puts one"
                  + " before each part between special tokens, even a second one; the ids follow"
                  + " tokenizer.json, and differ where a text begins with a space or spells out a"
                  + " special token");
    }
    try (Tokenizer tokenizer = open(metaspace, settings.formatted("LlamaTokenizerFast", true))) {
      assertThat(tokenizer.warnings()).singleElement().asString().contains("with legacy true");
    }
    try (Tokenizer tokenizer = open(metaspace, settings.formatted("LlamaTokenizer", "null"))) {
      assertThat(tokenizer.warnings()).isEmpty();
    }
    try (Tokenizer tokenizer = open(prepending, settings.formatted("TokenizersBackend", false))) {
      assertThat(tokenizer.warnings()).isEmpty();
    }
    try (Tokenizer tokenizer = open(WORDS, settings.formatted("LlamaTokenizer", false))) {
      assertThat(tokenizer.warnings()).isEmpty();
    }
  }

  @Test
  void agreementIsSilent() throws IOException {
    try (Tokenizer tokenizer = open(WORDS, "{\"add_bos_token\": true, \"bos_token\": \"<s>\"}")) {
      assertThat(tokenizer.warnings()).isEmpty();
    }
  }

  @Test
  void halfASurrogatePairIsRejected() throws IOException {
    try (Tokenizer tokenizer = open(WORDS, "{}")) {
      assertThatExceptionOfType(CorpusException.class)
          .isThrownBy(() -> tokenizer.encode("a \ud834 b"))
          .withMessageContaining("half of a surrogate pair");
    }
  }

  private Tokenizer open(String tokenizer, String settings) throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), tokenizer);
    Files.writeString(directory.resolve("tokenizer_config.json"), settings);
    return Tokenizer.open(directory);
  }
}
