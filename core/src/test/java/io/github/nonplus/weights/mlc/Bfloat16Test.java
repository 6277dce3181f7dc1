package io.github.nonplus.weights.mlc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Bfloat16Test {
  @ParameterizedTest
  @CsvSource({
    "3F808000, 3F80", // a tie, to even
    "3F818000, 3F82", // a tie, to even
    "3F808001, 3F81",
    "00008000, 0000", // a subnormal tie
    "3DCCCCCD, 3DCD",
    "7F7FFFFF, 7F7F", // would round to infinity
    "FF7FFFFF, FF7F",
    "7F800000, 7F80",
    "7FC00000, 7FC0",
    "7F800001, 7F80" // a NaN of low bits only becomes infinite
  })
  void theUpperHalfIsRoundedAsMlcRoundsIt(String bits, String expected) {
    short encoded = Bfloat16.encode(Float.intBitsToFloat(HexFormat.fromHexDigits(bits)));
    assertThat(HexFormat.of().withUpperCase().toHexDigits(encoded)).isEqualTo(expected);
  }
}
