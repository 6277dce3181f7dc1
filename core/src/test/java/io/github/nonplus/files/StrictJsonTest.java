package io.github.nonplus.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictJsonTest {
  /// A component of each kind.
  record Inner(int number, String text) {}

  record Outer(Inner inner, double share, boolean isWhole) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"inner":{"number":1},"share":1,"isWhole":true}                     | at inner.text: it is missing
          {"inner":{"number":1,"text":null},"share":1,"isWhole":true}         | at inner.text: it is null
          {"inner":null,"share":1,"isWhole":true}                             | at inner: it is null
          {"share":1,"isWhole":true}                                          | at inner: it is missing
          {"inner":{"number":1.5,"text":"a"},"share":1,"isWhole":true}        | at inner.number: Cannot coerce Floating-point value (1.5) to `int`
          {"inner":{"number":"1","text":"a"},"share":1,"isWhole":true}        | at inner.number: Cannot coerce String value ("1") to `int`
          {"inner":{"number":null,"text":"a"},"share":1,"isWhole":true}       | at inner.number: it is null
          """)
  void whatIsWrongIsSaidWithoutTheSettingsOfALibrary(String json, String reason) {
    JsonProcessingException wrong =
        catchThrowableOfType(
            JsonProcessingException.class, () -> StrictJson.mapper().readValue(json, Outer.class));
    assertThat(StrictJson.reason(wrong)).startsWith(reason).doesNotContain("Feature", "creator");
  }
}
