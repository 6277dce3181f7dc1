package io.github.nonplus.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/// Where a text may be cut so that its pieces, tokenized one by one, give the ids of the whole:
/// before a space that stands between two ASCII letters, and only with tokenizers of which this can
/// be said.
///
/// ```
/// … rain fell| in torrents …        | a seam: before the space
/// ```
///
/// Why the ids are the same. No token of the vocabulary, and no added token, has a letter followed
/// by a space in it. A merge makes a token of the vocabulary, so none ever joins what stands on the
/// two sides of a seam; the merges of either side then happen in the same order as if the other
/// were not there. That is all for tokenizers that do not split the text first. The splitting that
/// is accepted here is known to end a word before that space and to begin the next with it,
/// whatever stands further away; the normalizers that are accepted look at no character across it.
/// What a tokenizer does at the begin of a text only (a space put before it, say) must not happen
/// at a seam: so every piece but the first is tokenized behind the letter `a`, another seam, whose
/// own ids are then taken away again.
final class Seams {
  /// What the pieces but the first are tokenized behind.
  static final String ANCHOR = "a";

  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";

  /// The same as llama.cpp writes them.
  private static final String SPELLED_OUT =
      "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";

  private static final String REST =
      "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String CASED =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+";
  private static final String UPPER =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*";

  /// Expressions in use by which words are told apart: GPT-2, Llama 3, Qwen 2, GPT-4o. Each takes a
  /// space together with the letters behind it, and nothing before it.
  private static final Set<String> WORDS =
      Set.of(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          CONTRACTIONS + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}" + REST,
          CONTRACTIONS + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}" + REST,
          SPELLED_OUT + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}" + REST,
          SPELLED_OUT + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}" + REST,
          CASED
              + CONTRACTIONS
              + "?|"
              + UPPER
              + CONTRACTIONS
              + "?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

  private static final Set<String> LOCAL_NORMALIZERS =
      Set.of("NFC", "NFD", "NFKC", "NFKD", "Lowercase", "Prepend");

  private Seams() {}

  /// Whether texts have seams for the tokenizer of this `tokenizer.json`.
  static boolean exist(JsonNode json, Vocabulary vocabulary) {
    return normalizes(json.path("normalizer"))
        && splits(json.path("pre_tokenizer"))
        && merges(json)
        && adds(json.path("added_tokens"))
        && !vocabulary.anyToken(Seams::hasLetterBeforeSpace);
  }

  /// The place of the last seam in `text`, or -1 if there is none; never 0.
  static int last(CharSequence text) {
    for (int at = text.length() - 2; at > 0; at--) {
      if (text.charAt(at) == ' '
          && isLetter(text.charAt(at - 1))
          && isLetter(text.charAt(at + 1))) {
        return at;
      }
    }
    return -1;
  }

  private static boolean normalizes(JsonNode normalizer) {
    String type = normalizer.path("type").asText();
    return switch (type) {
      case "" -> true; // there is none
      case "Sequence" -> all(normalizer.path("normalizers"), Seams::normalizes);
      case "Replace" ->
          normalizer.path("pattern").path("String").asText().equals(" ")
              && normalizer.path("content").asText().equals("▁");
      default -> LOCAL_NORMALIZERS.contains(type);
    };
  }

  private static boolean splits(JsonNode splitter) {
    return switch (splitter.path("type").asText()) {
      case "", "ByteLevel", "Digits" -> true;
      case "Sequence" -> all(splitter.path("pretokenizers"), Seams::splits);
      case "Metaspace" -> splitter.path("split").asBoolean(true);
      case "Split" ->
          WORDS.contains(splitter.path("pattern").path("Regex").asText())
              && splitter.path("behavior").asText().equals("Isolated")
              && !splitter.path("invert").asBoolean();
      default -> false;
    };
  }

  private static boolean all(JsonNode array, java.util.function.Predicate<JsonNode> predicate) {
    for (JsonNode each : array) {
      if (!predicate.test(each)) {
        return false;
      }
    }
    return true;
  }

  /// Byte pair encoding without chance; or the likeliest division (Unigram) of single words.
  private static boolean merges(JsonNode json) {
    JsonNode model = json.path("model");
    boolean plain =
        model.path("continuing_subword_prefix").asText("").isEmpty()
            && model.path("end_of_word_suffix").asText("").isEmpty();
    String type = model.path("type").asText(model.has("merges") ? "BPE" : "");
    boolean pairs = type.equals("BPE") && model.path("dropout").asDouble(0) == 0;
    boolean words =
        type.equals("Unigram")
            && json.path("pre_tokenizer").path("type").asText().equals("Metaspace");
    return plain && (pairs || words);
  }

  private static boolean adds(JsonNode tokens) {
    for (JsonNode token : tokens) {
      String content = token.path("content").asText();
      boolean endsInLetter = !content.isEmpty() && isLetter(content.charAt(content.length() - 1));
      if (hasLetterBeforeSpace(content)
          || token.path("single_word").asBoolean()
          || token.path("lstrip").asBoolean()
          || (token.path("rstrip").asBoolean() && endsInLetter)) {
        return false;
      }
    }
    return true;
  }

  /// Spaces as vocabularies spell them.
  private static final List<Character> SPACES = List.of(' ', 'Ġ', '▁');

  private static boolean hasLetterBeforeSpace(String token) {
    for (int i = 1; i < token.length(); i++) {
      if (SPACES.contains(token.charAt(i)) && isLetter(token.charAt(i - 1))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
