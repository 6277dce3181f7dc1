package io.github.nonplus.program.operand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowSpaceTest {
  @ParameterizedTest
  @ValueSource(strings = {"tokens", "selected", "tokens x 8", "selected x 1"})
  void aSpaceIsReadFromItsName(String text) {
    assertThat(RowSpace.of(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "rows", "tokens x 0", "tokens x", "tokens x 2 x 2", "tokens x 99999"})
  void othersAreRefused(String text) {
    assertThatThrownBy(() -> RowSpace.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void routedRowsOfSelectedTokensAreSelected() {
    assertThat(RowSpace.of("tokens x 4").selected()).isEqualTo(RowSpace.of("selected x 4"));
  }

  @Test
  void aRoutedBufferTakesAsManyColumnsAsItHasRowsForAToken() {
    Buffer routed = new Buffer("routed", new RowSpace.Routed(RowSpace.TOKENS, 4), 10);
    assertThat(routed.columnsPerToken()).isEqualTo(40);
  }
}
