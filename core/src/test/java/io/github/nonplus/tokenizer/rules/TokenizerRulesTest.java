package io.github.nonplus.tokenizer.rules;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.nonplus.failure.CorpusException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/// One file for each rule that breaks it, and one beside it that does not.
class TokenizerRulesTest {
  private static void check(String json) {
    try {
      TokenizerRules.check("f.json", new JsonMapper().readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static void accepts(String json) {
    assertThatNoException().isThrownBy(() -> check(json));
  }

  private static void rejects(String json, String sentence) {
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> check(json))
        .withMessage("f.json: " + sentence + "; get the model's tokenizer files anew");
  }

  @Test
  void numbersAreFinite() {
    rejects("{\"decoder\": {\"type\": 1e999}}", "type is a number too large");
    rejects("{\"model\": {\"vocab\": [[\"a\", -1e400]]}}", "vocab is a number too large");
    accepts("{\"model\": {\"vocab\": [[\"a\", -1e300]]}}");
  }

  @Test
  void nestingEnds() {
    accepts("{\"decoder\": %s1%s}".formatted("[".repeat(110), "]".repeat(110)));
    rejects(
        "{\"decoder\": %s1%s}".formatted("[".repeat(130), "]".repeat(130)),
        "decoder is nested deeper than 120");
  }

  @Test
  void piecesHaveALength() {
    String step = "{\"pre_tokenizer\": {\"type\": \"FixedLength\", \"length\": %s}}";
    accepts(step.formatted("5"));
    accepts("{\"pre_tokenizer\": {\"type\": \"FixedLength\"}}");
    for (String length : new String[] {"0", "-1", "1.5", "4294967296", "\"5\""}) {
      rejects(
          step.formatted(length),
          "pre_tokenizer cuts into pieces of the length %s, expected 1 to 2147483647"
              .formatted(length));
    }
  }

  @Test
  void lengthsToCutOffAndFillUpToAreBounded() {
    accepts("{\"truncation\": {\"max_length\": 512, \"stride\": 0}, \"padding\": null}");
    accepts(
        "{\"truncation\": {\"max_length\": 9223372036854775807}}"); // no limit, as Python has it
    accepts("{\"padding\": {\"strategy\": \"BatchLongest\", \"pad_to_multiple_of\": null}}");
    accepts("{\"padding\": {\"strategy\": {\"Fixed\": 128}, \"pad_to_multiple_of\": 8}}");
    for (String length : new String[] {"-1", "1.5", "16777217", "\"5\""}) {
      rejects(
          "{\"padding\": {\"strategy\": {\"Fixed\": %s}}}".formatted(length),
          "padding has the Fixed %s, expected 0 to 16777216".formatted(length));
      rejects(
          "{\"padding\": {\"pad_to_multiple_of\": %s}}".formatted(length),
          "padding has the pad_to_multiple_of %s, expected 0 to 16777216".formatted(length));
      rejects(
          "{\"truncation\": {\"stride\": %s}}".formatted(length),
          "truncation has the stride %s, expected 0 to 16777216".formatted(length));
    }
    rejects(
        "{\"truncation\": {\"max_length\": 9223372036854775808}}",
        "truncation has the max_length 9223372036854775808, expected 0 to 9223372036854775807");
  }

  @Test
  void somethingIsLeftOfAddedTokens() {
    String tokens =
        "{\"added_tokens\": [{\"id\": 7, \"content\": \"%s\", \"normalized\": %s}], \"normalizer\":"
            + " {\"type\": \"Sequence\", \"normalizers\": [%s]}}";
    String strip = "{\"type\": \"Strip\", \"strip_left\": true}";
    String bert = "{\"type\": \"BertNormalizer\", \"clean_text\": true, \"lowercase\": true}";
    String none = "{\"type\": \"Replace\", \"pattern\": {\"String\": \"x\"}, \"content\": \"\"}";
    String space = "{\"type\": \"Replace\", \"pattern\": {\"String\": \" \"}, \"content\": \"_\"}";
    accepts(tokens.formatted("  ", "false", strip)); // it is searched as it is
    accepts(tokens.formatted("  ", "true", space)); // as Llama's, of runs of spaces
    accepts(tokens.formatted("\\n", "true", bert));
    accepts(tokens.formatted(" x", "true", strip));
    accepts(tokens.formatted("y", "true", none));
    rejects(
        tokens.formatted("  ", "true", space + ", " + strip),
        "added_tokens has the token of id 7, '  ', of which the normalizer leaves nothing");
    rejects(
        tokens.formatted("\\u0301", "true", bert),
        "added_tokens has the token of id 7, '\u0301', of which the normalizer leaves nothing");
    rejects(
        tokens.formatted("\\u0002", "true", bert),
        "added_tokens has the token of id 7, '\\u0002', of which the normalizer leaves nothing");
    rejects(
        tokens.formatted("xx", "true", none),
        "added_tokens has the token of id 7, 'xx', of which the normalizer leaves nothing");
  }

  @Test
  void stepsInsideOfSequencesAreLookedAt() {
    rejects(
        "{\"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Digits\"},"
            + " {\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"FixedLength\","
            + " \"length\": 0}]}]}}",
        "pre_tokenizer cuts into pieces of the length 0, expected 1 to 2147483647");
    rejects(
        "{\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": [%s{\"type\": \"NFC\"}]}}"
            .formatted("{\"type\": \"NFC\"}, ".repeat(300)),
        "normalizer has more than 256 steps");
  }

  @Test
  void patternsAreBounded() {
    String step = "{\"normalizer\": {\"type\": \"Replace\", \"pattern\": {\"%s\": \"%s\"}}}";
    accepts(step.formatted("String", " "));
    accepts(step.formatted("Regex", "\\\\p{N}{1,3}| {2,}"));
    rejects(step.formatted("String", ""), "normalizer looks for the empty text");
    rejects(
        step.formatted("Regex", "a".repeat(10_001)),
        "normalizer has a pattern of 10001 characters, expected at most 10000");
    rejects(
        step.formatted("Regex", "(((a{100}){100}){100})"),
        "normalizer repeats parts of its pattern more than 100000 times");
    rejects(
        step.formatted("Regex", "a{1,99999999999999999999}"),
        "normalizer repeats parts of its pattern more than 100000 times");
  }

  @Test
  void idsAreUniqueAndNoMatterOfChance() {
    rejects(
        "{\"model\": {\"vocab\": {\"a\": 1, \"b\": 0, \"c\": 1}}}",
        "model gives the id 1 to more than one token");
    rejects(
        "{\"model\": {\"vocab\": {\"a\": 2000000000, \"b\": 2000000000}}}",
        "model gives the id 2000000000 to more than one token");
    rejects(
        "{\"model\": {\"dropout\": 0.1, \"vocab\": {\"a\": 0}}}",
        "model has the dropout 0.1, by which ids would be a matter of chance, expected none");
    accepts("{\"model\": {\"dropout\": null, \"vocab\": {\"a\": 7, \"b\": 0}}}");
  }

  @Test
  void mergesHaveThePrefixThatIsTakenOff() {
    String model =
        "{\"model\": {\"continuing_subword_prefix\": \"##\", \"vocab\": {\"a\": 0, \"##b\": 1,"
            + " \"ab\": 2, \"é\": 3}, \"merges\": [%s]}}";
    accepts(model.formatted("\"a ##b\""));
    accepts(model.formatted("[\"a\", \"##b\"]"));
    rejects(
        model.formatted("\"a é\""), "model merges 'é', which does not begin with the prefix '##'");
  }

  @Test
  void scoresAreNumbers() {
    rejects(
        "{\"model\": {\"vocab\": [[\"a\", -1.5], [\"b\"]]}}",
        "model has the entry [\"b\"], expected a token and its score");
  }

  @Test
  void aTableOfReplacementsIsWholeAndStaysInside() {
    accepts(charsmap(table(x(1))));
    rejectsTable(new byte[3], "has 3 bytes, expected 4 to 16777216");
    rejectsTable(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(0x7ffffffc).array(),
        "has a trie of 2147483644 bytes, expected a multiple of 4 up to 4");
    rejectsTable(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(3).array(),
        "has a trie of 3 bytes, expected a multiple of 4 up to 4");
    rejectsTable(table(x(0x3ff)), "leads out of its trie of 512 units");
    rejectsTable(table(x(1), "y"), "ends in the midst of a replacement");
    rejectsTable(table(x(1), "\0\0y"), "ends in the midst of a replacement");
    rejects(charsmap("?"), "normalizer precompiled_charsmap is not base64");
    byte[] bytes = table(x(1));
    bytes[bytes.length - 2] = (byte) 0xff;
    rejectsTable(bytes, "has replacements that are not UTF-8");
    bytes = table(x(1), "é\0");
    rejectsTable(bytes, "has a replacement at 1, where none begins");
  }

  /// A state behind the letter x, with a replacement.
  private static int x(int offset) {
    return 'x' | 1 << 8 | offset << 10;
  }

  private static byte[] table(int x) {
    return table(x, "a\0b\0");
  }

  /// Children of the root begin at 256; of x at 256 ^ x ^ 1, where its leaf lies: the place 1.
  private static byte[] table(int x, String replacements) {
    byte[] texts = replacements.getBytes(StandardCharsets.UTF_8);
    int units = 512;
    ByteBuffer bytes =
        ByteBuffer.allocate(4 + 4 * units + texts.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(4 * units).putInt(256 << 10);
    bytes.putInt(4 + 4 * (256 ^ 'x'), x);
    int next = 256 ^ 'x' ^ 1;
    bytes.putInt(4 + 4 * next, 1);
    return bytes.put(4 + 4 * units, texts).array();
  }

  private static String charsmap(byte[] table) {
    return charsmap(Base64.getEncoder().encodeToString(table));
  }

  private static String charsmap(String base64) {
    return "{\"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"%s\"}}"
        .formatted(base64);
  }

  private static void rejectsTable(byte[] table, String sentence) {
    rejects(charsmap(table), "normalizer precompiled_charsmap " + sentence);
  }
}
