package io.github.nonplus.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenClassTest {
  @ParameterizedTest(name = "[{0}][{1}] is {2}")
  @CsvSource({
    "'said', ' the',  WORD",
    "'.\n',  'It',    WORD",
    "' un',  'do',    CONTINUATION",
    "' un',  'do-',   CONTINUATION",
    "'日',   '本',    CONTINUATION",
    "'in',   ' 18',   NUMBER",
    "'18',   '84th',  WORD",
    "'he',   '.\"',   PUNCTUATION",
    "'.',    '\n\n',  LINE_BREAK",
    "'.',    '  ',    SPACE",
  })
  void classIsThatOfTheTextAndWhatStandsBefore(String before, String text, TokenClass kind) {
    assertThat(TokenClass.of(utf8(before), utf8(text))).isEqualTo(kind);
  }

  @Test
  void bytesThatAreNoTextAreAPartOfACharacter() {
    assertThat(TokenClass.of(utf8("a"), new byte[] {(byte) 0xe2, (byte) 0x80}))
        .isEqualTo(TokenClass.FRAGMENT);
    assertThat(TokenClass.of(new byte[0], utf8("a"))).isEqualTo(TokenClass.WORD);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
