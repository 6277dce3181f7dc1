package io.github.nonplus.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The expected texts are what Python 3 prints.
class PythonJsonTest {
  private static String print(String json, int indent) throws IOException {
    return PythonJson.print(new ObjectMapper().readTree(json), indent);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1.0",
    "84, 84.0",
    "4617089024, 4617089024.0",
    "9999999999999998, 9999999999999998.0",
    "1e15, 1000000000000000.0",
    "1e16, 1e+16",
    "1.5e16, 1.5e+16",
    "123456789012345678, 1.2345678901234568e+17",
    "1e22, 1e+22",
    "1e23, 1e+23",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "1.25e-5, 1.25e-05",
    "1e-6, 1e-06",
    "0.1, 0.1",
    "8.096385542168674, 8.096385542168674",
    "4.9e-324, 5e-324",
    "2e-323, 2e-323",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "-0.0, -0.0",
    "-2.5, -2.5",
    "2e100, 2e+100"
  })
  void floatsAreWrittenAsPythonWritesThem(double value, String expected) {
    assertThat(PythonFloat.repr(value)).isEqualTo(expected);
  }

  @Test
  void everyFloatReadsBackAsItself() {
    var random = new java.util.Random(1);
    for (int i = 0; i < 100_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertThat(Double.parseDouble(PythonFloat.repr(value))).isEqualTo(value);
      }
    }
  }

  @Test
  void everyItemStandsOnItsOwnLine() throws IOException {
    assertThat(print("{\"a\":[1,[2,{}],[]],\"b\":{\"c\":null,\"d\":true}}", 2))
        .isEqualTo(
            """
            {
              "a": [
                1,
                [
                  2,
                  {}
                ],
                []
              ],
              "b": {
                "c": null,
                "d": true
              }
            }\
            """);
  }

  @Test
  void textIsAscii() throws IOException {
    assertThat(
            print(
                "\"\\\" \\\\ / \\n\\r\\t\\f\\b \\u0001 \\u007f \\u00e9 \\u2581 \\ud83d\\ude00\"",
                4))
        .isEqualTo(
            "\"\\\" \\\\ / \\n\\r\\t\\f\\b \\u0001 \\u007f \\u00e9 \\u2581 \\ud83d\\ude00\"");
  }

  @Test
  void wholeNumbersOfAnySizeStayWhole() throws IOException {
    assertThat(print("123456789012345678901234567890", 4))
        .isEqualTo("123456789012345678901234567890");
  }
}
