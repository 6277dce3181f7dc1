package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OptionNamesTest {
  @Test
  void underscoresInNamesBecomeDashes() {
    assertThat(OptionNames.normalized("compile", "--model_lib", "x", "--input-path", "y"))
        .containsExactly("compile", "--model-lib", "x", "--input-path", "y");
  }

  @Test
  void valuesStayAsTheyAre() {
    assertThat(
            OptionNames.normalized(
                "a_b", "--model_path=my_model", "--overrides", "context_window_size=8", "-x_y"))
        .containsExactly(
            "a_b", "--model-path=my_model", "--overrides", "context_window_size=8", "-x_y");
  }

  @Test
  void everythingAfterTheEndOfOptionsStays() {
    assertThat(OptionNames.normalized("--a_b", "--", "--a_b"))
        .containsExactly("--a-b", "--", "--a_b");
  }
}
