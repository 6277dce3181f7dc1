package io.github.nonplus.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.corpus.Documents;
import io.github.nonplus.tokenizer.SpelledAs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpelledTokensTest {
  private static final List<String> TOKENS = List.of("<s>", "<s>x", "</s>", "");

  @TempDir Path directory;

  private Optional<SpelledTokens> in(String name, String text, Joining joining, List<String> tokens)
      throws IOException {
    Path file = Files.writeString(directory.resolve(name), text);
    ByteArrayInputStream none = new ByteArrayInputStream(new byte[0]);
    try (Documents documents =
        Documents.open(List.of(file), none, new Documents.RowText("text", "text"))) {
      return SpelledTokens.in(documents.all(), joining, tokens);
    }
  }

  private SpelledTokens found(String text) throws IOException {
    return in("t", text, Joining.VERBATIM, TOKENS).orElseThrow();
  }

  @Test
  void textsWithoutThemHaveNone() throws IOException {
    assertThat(in("t", "a < s > <s </s", Joining.VERBATIM, TOKENS)).isEmpty();
    assertThat(in("t", "a <s>", Joining.VERBATIM, List.of())).isEmpty();
  }

  @Test
  void theyAreCountedAndTheFirstIsNamedWithItsLine() throws IOException {
    SpelledTokens found = found("one\ntwo </s>\n<s> <s>\n</s");
    assertThat(found.count()).isEqualTo(3);
    assertThat(found.first()).isEqualTo("</s>");
    assertThat(found.line()).isEqualTo(2);
  }

  @Test
  void theLongestIsTakenAndNothingTwice() throws IOException {
    assertThat(found("<s>x")).isEqualTo(new SpelledTokens(1, "<s>x", name("t"), 1));
    assertThat(found("<s><s>x<s>").count()).isEqualTo(3);
  }

  @Test
  void theyAreFoundAcrossThePartsInWhichATextComes() throws IOException {
    String line = "0123456789 <s>\n";
    String text = line.repeat(100_000);
    assertThat(found(text).count()).isEqualTo(100_000);
  }

  @Test
  void theyAreFoundInRows() throws IOException {
    String rows = "{\"text\": \"a\"}\n{\"text\": \"b\\n</s>\"}\n{\"text\": \"<s>\"}\n";
    SpelledTokens found = in("r.jsonl", rows, Joining.EACH_ROW, TOKENS).orElseThrow();
    assertThat(found.count()).isEqualTo(2);
    assertThat(found.first()).isEqualTo("</s>");
    assertThat(found.line()).isEqualTo(2);
    assertThat(found.passage()).startsWith(name("r.jsonl"));
  }

  @Test
  void theWarningSaysWhatTheToolOfTheProtocolDoes() {
    SpelledTokens found = new SpelledTokens(12, "<s>", "t.txt", 3);
    String begin = "the text spells out special tokens (12, the first <s> in line 3 of t.txt); ";
    String ids =
        begin
            + "each becomes its one id here, as in transformers, unless spelled tokens are asked for"
            + " as letters: ";
    assertThat(found.warning(Protocols.LLAMACPP, SpelledAs.IDS))
        .hasValue(ids + "llama.cpp, which the protocol llamacpp stands for, takes them as letters");
    assertThat(found.warning(Protocols.GPTQ, SpelledAs.IDS))
        .hasValue(ids + "tools that take them as letters give other numbers");
    assertThat(found.warning(Protocols.LLAMACPP, SpelledAs.LETTERS)).isEmpty();
    assertThat(found.warning(Protocols.GPTQ, SpelledAs.LETTERS))
        .hasValue(
            begin
                + "they are taken as letters here, but the tool of the protocol gptq makes each one"
                + " id");
  }

  private String name(String file) {
    return directory.resolve(file).toString();
  }
}
