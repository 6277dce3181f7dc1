package io.github.nonplus.screen;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.failure.CorpusException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneLineTest {
  @ParameterizedTest
  @CsvSource({
    "001b, '\\u001b'", // escape sequences begin with it
    "0007, '\\u0007'",
    "0000, '\\u0000'",
    "007f, '\\u007f'",
    "009b, '\\u009b'", // so they do with this one, in eight bits
    "0085, '\\u0085'",
    "2028, '\\u2028'",
    "202e, '\\u202e'", // turns the direction of writing
    "2066, '\\u2066'",
    "200b, '\\u200b'", // is not seen
    "feff, '\\ufeff'",
    "d800, '\\ud800'",
    "000a, '\\n'",
    "000d, '\\r'",
    "0009, '\\t'",
  })
  void whatSteersATerminalIsShown(String code, String shown) {
    String hostile = "a" + (char) Integer.parseInt(code, 16) + "b";
    assertThat(OneLine.of(hostile)).isEqualTo("a" + shown + "b");
    assertThat(OneLine.of(OneLine.of(hostile))).isEqualTo("a" + shown + "b");
  }

  @Test
  void tagsBeyondTheFirstPlaneAreShownToo() {
    assertThat(OneLine.of(Character.toString(0xE0041))).isEqualTo("\\udb40\\udc41");
  }

  @Test
  void wordsOfAnyLanguageStayAsTheyAre() {
    String words = "Straße, 森林, غابة, 🌲, C:\\new\\table, é";
    assertThat(OneLine.of(words)).isEqualTo(words);
  }

  @Test
  void theMiddleOfAVeryLongTextIsLeftOut() {
    String text = "begin " + "🌲".repeat(20_000) + " end; do this";
    String line = OneLine.of(text);
    assertThat(line)
        .hasSizeLessThan(1200)
        .startsWith("begin 🌲")
        .contains(" more characters) … 🌲")
        .endsWith("🌲 end; do this");
    assertThat(OneLine.of(line)).isEqualTo(line);
  }

  @Test
  void linesCanBeKept() {
    assertThat(OneLine.keepingLines("{\n\"\u009b\"\n}")).isEqualTo("{\n\"\\u009b\"\n}");
  }

  @Test
  void messagesOfFailuresAreOneLine() {
    assertThat(new CorpusException("a\u001b[2J\nnonplus: all is well"))
        .hasMessage("a\\u001b[2J\\nnonplus: all is well");
  }
}
