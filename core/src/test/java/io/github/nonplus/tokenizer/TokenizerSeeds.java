package io.github.nonplus.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.JsonMutation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Small whole tokenizers that have every model and step between them.
final class TokenizerSeeds {
  private static final String NORMALIZERS =
      """
      {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
       "strip_accents": null, "lowercase": true}
      {"type": "Strip", "strip_left": true, "strip_right": false}
      {"type": "StripAccents"}
      {"type": "NFC"}
      {"type": "NFKD"}
      {"type": "Lowercase"}
      {"type": "Nmt"}
      {"type": "Precompiled", "precompiled_charsmap": "%s"}
      {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
      {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}
      {"type": "Prepend", "prepend": "▁"}
      {"type": "ByteLevel"}
      """;

  private static final String PRE_TOKENIZERS =
      """
      {"type": "BertPreTokenizer"}
      {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}
      {"type": "CharDelimiterSplit", "delimiter": "a"}
      {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}
      {"type": "Whitespace"}
      {"type": "WhitespaceSplit"}
      {"type": "Split", "pattern": {"Regex": "\\\\p{N}{1,3}|(?i:'s|'t)| ?\\\\p{L}+"},
       "behavior": "Isolated", "invert": false}
      {"type": "Split", "pattern": {"String": "b"}, "behavior": "MergedWithNext", "invert": true}
      {"type": "Punctuation", "behavior": "Contiguous"}
      {"type": "Digits", "individual_digits": true}
      {"type": "UnicodeScripts"}
      {"type": "FixedLength", "length": 3}
      """;

  private static final String DECODERS =
      """
      {"type": "BPEDecoder", "suffix": "</w>"}
      {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}
      {"type": "WordPiece", "prefix": "##", "cleanup": true}
      {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": false}
      {"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": true}
      {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}
      {"type": "Fuse"}
      {"type": "Strip", "content": " ", "start": 1, "stop": 0}
      {"type": "ByteFallback"}
      """;

  private static final String PROCESSORS =
      """
      {"type": "BertProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0]}
      {"type": "RobertaProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0], "trim_offsets": true,
       "add_prefix_space": true}
      {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true}
      {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
       {"Sequence": {"id": "A", "type_id": 0}}], "pair": [{"Sequence": {"id": "A", "type_id": 0}},
       {"Sequence": {"id": "B", "type_id": 1}}],
       "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}}
      """;

  private static final String MODELS =
      """
      {"type": "BPE", "dropout": null, "unk_token": "<unk>", "continuing_subword_prefix": null,
       "end_of_word_suffix": null, "fuse_unk": true, "byte_fallback": false, "ignore_merges": false,
       "vocab": {"<s>": 0, "</s>": 1, "<unk>": 2, "a": 3, "b": 4, "ab": 5, "▁": 6, "▁ab": 7},
       "merges": [["a", "b"], ["▁", "ab"]]}
      {"type": "BPE", "unk_token": "<unk>", "continuing_subword_prefix": "##",
       "end_of_word_suffix": "</w>", "fuse_unk": false, "byte_fallback": true,
       "vocab": {"<s>": 0, "</s>": 1, "<unk>": 2, "a": 3, "##b": 4, "ab": 5, "b</w>": 6,
       "##b</w>": 7, "<0x0A>": 8}, "merges": ["a ##b"]}
      {"type": "WordPiece", "unk_token": "<unk>", "continuing_subword_prefix": "##",
       "max_input_chars_per_word": 100, "vocab": {"<s>": 0, "</s>": 1, "<unk>": 2, "a": 3,
       "##b": 4, "##a": 5}}
      {"type": "WordLevel", "unk_token": "<unk>", "vocab": {"<s>": 0, "</s>": 1, "<unk>": 2,
       "ab": 3, "a": 4}}
      {"type": "Unigram", "unk_id": 2, "byte_fallback": false, "vocab": [["<s>", 0.0],
       ["</s>", 0.0], ["<unk>", 0.0], ["▁", -2.5], ["a", -1.5], ["ab", -2.25], ["▁ab", -3]]}
      """;

  private static final String ADDED =
      """
      {"id": 0, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
       "normalized": false, "special": true}
      {"id": 1, "content": "</s>", "single_word": true, "lstrip": true, "rstrip": true,
       "normalized": true, "special": true}
      {"id": 40, "content": "<x y>", "single_word": false, "lstrip": true, "rstrip": false,
       "normalized": true, "special": false}
      """;

  private TokenizerSeeds() {}

  /// A table that makes x an a: children of the root begin at 256, those of x at 256 ^ x ^ 1, where
  /// lies the place of the replacement.
  private static String charsmap() {
    int units = 512;
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * units + 2).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(4 * units).putInt(256 << 10);
    bytes.putInt(4 + 4 * (256 ^ 'x'), 'x' | 1 << 8 | 1 << 10);
    bytes.put(4 + 4 * units, (byte) 'a');
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static List<String> each(String objects) {
    return List.of(objects.strip().split("\\n(?=\\{)"));
  }

  /// The tokenizers: each step alone with each model in turn, and all steps of a kind as one.
  static List<JsonNode> all() {
    List<String> normalizers = each(NORMALIZERS.formatted(charsmap()));
    List<String> splitters = each(PRE_TOKENIZERS);
    List<String> decoders = each(DECODERS);
    List<String> processors = each(PROCESSORS);
    List<String> models = each(MODELS);
    List<JsonNode> result = new ArrayList<>();
    int most = 12;
    for (int i = 0; i < most; i++) {
      result.add(
          tokenizer(
              at(normalizers, i),
              at(splitters, i),
              at(processors, i),
              at(decoders, i),
              at(models, i)));
    }
    for (String model : models) {
      result.add(
          tokenizer(
              sequence("normalizers", normalizers),
              sequence("pretokenizers", splitters),
              sequence("processors", processors.subList(2, 4)),
              sequence("decoders", decoders),
              model));
      result.add(tokenizer("null", "null", "null", "null", model));
    }
    return List.copyOf(result);
  }

  private static String at(List<String> list, int index) {
    return list.get(index % list.size());
  }

  private static String sequence(String key, List<String> steps) {
    return "{\"type\": \"Sequence\", \"%s\": [%s]}".formatted(key, String.join(", ", steps));
  }

  private static JsonNode tokenizer(
      String normalizer, String splitter, String processor, String decoder, String model) {
    return JsonMutation.parsed(
        """
        {"version": "1.0",
         "truncation": {"direction": "Right", "max_length": 4, "strategy": "LongestFirst",
                        "stride": 1},
         "padding": {"strategy": {"Fixed": 8}, "direction": "Right", "pad_to_multiple_of": 8,
                     "pad_id": 0, "pad_type_id": 0, "pad_token": "<s>"},
         "added_tokens": [%s], "normalizer": %s, "pre_tokenizer": %s, "post_processor": %s,
         "decoder": %s, "model": %s}
        """
            .formatted(
                String.join(", ", each(ADDED)), normalizer, splitter, processor, decoder, model));
  }
}
