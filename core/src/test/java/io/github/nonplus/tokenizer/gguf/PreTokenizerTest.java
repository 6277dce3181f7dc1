package io.github.nonplus.tokenizer.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class PreTokenizerTest {
  @Test
  void everyNameIsThereOnce() {
    assertThat(new HashSet<>(PreTokenizer.names())).hasSameSizeAs(PreTokenizer.names());
    assertThat(PreTokenizer.names()).contains("default", "llama-bpe", "qwen2", "gpt-2", "tekken");
  }

  @Test
  void switchesAreThoseOfTheLine() {
    PreTokenizer llama = PreTokenizer.find("llama-bpe").orElseThrow();
    assertThat(llama.takesWholeWords()).isTrue();
    assertThat(llama.addsBos()).isTrue();
    assertThat(PreTokenizer.find("qwen2").orElseThrow().takesWholeWords()).isFalse();
    assertThat(PreTokenizer.find("glm4").orElseThrow().hasNoBos()).isTrue();
  }

  @Test
  void anExpressionKeepsItsFirstSpace() {
    assertThat(PreTokenizer.find("bloom").orElseThrow().json().toString())
        .contains("\"Regex\":\" ?[^(");
  }

  @Test
  void unknownNamesAreTold() {
    assertThat(PreTokenizer.find("kimi-k2")).isEmpty();
    assertThat(PreTokenizer.unknown("kimi-k2")).contains("not implemented");
    assertThat(PreTokenizer.unknown("new")).contains("does not know");
  }
}
