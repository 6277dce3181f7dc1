package io.github.nonplus.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.nonplus.failure.CorpusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is added to a text is what the post-processor says, for a vocabulary without letters too.
class AddedTokensTest {
  private static final String TEMPLATE =
      """
      {"type": "TemplateProcessing",
       "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                  {"Sequence": {"id": "A", "type_id": 0}}],
       "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}},
                {"SpecialToken": {"id": "<s>", "type_id": 0}}],
       "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}}}
      """;
  private static final String BERT =
      "{\"type\": \"BertProcessing\", \"sep\": [\"</s>\", 1], \"cls\": [\"<s>\", 0]}";
  private static final String BYTES =
      "{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"trim_offsets\": true,"
          + " \"use_regex\": true}";

  @TempDir Path directory;

  @Test
  void nothingWithoutAPostProcessor() throws IOException {
    check("null");
    check(BYTES);
  }

  @Test
  void aTemplateInAVocabularyWithoutTheLetterA() throws IOException {
    AddedTokens added = check(TEMPLATE);
    assertThat(added.before()).containsExactly(0);
    assertThat(added.after()).isEmpty();
    assertThat(added.first()).hasValue(0);
  }

  @Test
  void tokensAtBothEnds() throws IOException {
    for (String processor :
        new String[] {
          BERT,
          BERT.replace("\"type\": \"BertProcessing\", ", ""),
          BERT.replace("Bert", "Roberta")
              .replace("}", ", \"trim_offsets\": true, \"add_prefix_space\": false}")
        }) {
      AddedTokens added = check(processor);
      assertThat(added.before()).containsExactly(0);
      assertThat(added.after()).containsExactly(1);
      assertThat(added.all()).containsExactly(0, 1);
    }
  }

  @Test
  void stepsAfterOneAnother() throws IOException {
    assertThat(check(sequence(BYTES, TEMPLATE)).all()).containsExactly(0);
    assertThat(check(sequence(BERT, BERT)).all()).containsExactly(0, 0, 1, 1);
    assertThat(check(sequence(BERT, TEMPLATE)).all()).containsExactly(0, 0, 1);
  }

  /// The library's steps count parts: after a template the text is the second of two.
  @Test
  void stepsAfterATemplate() throws IOException {
    assertThat(check(sequence(TEMPLATE, BERT)).before()).containsExactly(0, 0, 1);
    assertThat(check(sequence(TEMPLATE, BERT)).after()).containsExactly(1);
  }

  @Test
  void aTemplateOfAnUnknownTokenIsRejected() {
    rejects(
        TEMPLATE.replace("\"special_tokens\": {\"<s>\"", "\"special_tokens\": {\"<x>\""),
        "uses the token '<s>', which is not among its special_tokens");
  }

  @Test
  void anIdOutsideOfTheVocabularyIsRejected() {
    rejects(TEMPLATE.replace("[0]", "[9]"), "adds the id 9, expected 0 to 3");
    rejects(BERT.replace("0]", "-1]"), "adds the id -1, expected 0 to 3");
    rejects(BERT.replace("0]", "4294967296]"), "adds the id 4294967296, expected 0 to 3");
  }

  @Test
  void aTemplateThatDropsOrRepeatsTheTextIsRejected() {
    String text = "{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}],";
    rejects(
        TEMPLATE.replaceFirst(Pattern.quote(",\n            " + text), "],"),
        "puts the text 0 times into its template, expected once");
    rejects(TEMPLATE.replaceFirst("\"id\": \"A\"", "\"id\": \"B\""), "puts a second text into");
    String twice = "{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}, ";
    rejects(
        TEMPLATE.replaceFirst("\"single\": \\[", "\"single\": [" + twice), "puts the text 2 times");
  }

  @Test
  void templatesOfTemplatesAreRejectedBeforeTheyGrow() {
    rejects(sequence(TEMPLATE, TEMPLATE, TEMPLATE), "gives 3 parts to a template");
    String doubling =
        TEMPLATE
            .replaceFirst("<s>", "<a>")
            .replace("\"pair\": [", "\"pair\": [{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}, ");
    rejects(doubling, "uses the token '<a>'");
    String many = "0, ".repeat(1100) + "0";
    rejects(TEMPLATE.replace("[0]", "[" + many + "]"), "adds more than 1024 tokens to a text");
  }

  @Test
  void anUnknownStepIsRejected() {
    rejects("{\"type\": \"Rearranging\"}", "is of the type 'Rearranging', which is not known");
  }

  private static String sequence(String... steps) {
    return "{\"type\": \"Sequence\", \"processors\": [%s]}".formatted(String.join(", ", steps));
  }

  /// Reads what is added; opening holds it against what the library does.
  private AddedTokens check(String processor) throws IOException {
    Files.writeString(
        directory.resolve("tokenizer.json"),
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": null, "pre_tokenizer": null, "post_processor": %s, "decoder": null,
         "model": {"type": "BPE", "vocab": {"<s>": 0, "</s>": 1, "水": 2, "火": 3},
                   "merges": []}}
        """
            .formatted(processor));
    try (Tokenizer tokenizer = Tokenizer.open(directory)) {
      AddedTokens added = tokenizer.added();
      assertThat(tokenizer.encode("水火a水"))
          .containsExactly(
              Stream.of(added.before(), new int[] {2, 3, 2}, added.after())
                  .flatMapToInt(IntStream::of)
                  .toArray());
      return added;
    }
  }

  private void rejects(String processor, String sentence) {
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> check(processor))
        .withMessageContaining("the post_processor of " + directory)
        .withMessageContaining(sentence);
  }
}
