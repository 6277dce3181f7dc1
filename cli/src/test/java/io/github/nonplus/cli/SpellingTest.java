package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpellingTest {
  @Test
  void underscoresInNamesBecomeDashes() {
    assertThat(Spelling.normalized("compile", "--model_lib", "x", "--input-path", "y"))
        .containsExactly("compile", "--model-lib", "x", "--input-path", "y");
  }

  @Test
  void soAreTheOriginalsCommands() {
    for (String command :
        new String[] {
          "convert_weight", "preprocess_input", "calculate_perplexity", "hf_calculate_perplexity"
        }) {
      String help = CommandRun.of(command, "--help").out();
      assertThat(help).startsWith("Usage: nonplus " + command.replace('_', '-') + " ");
      assertThat(CommandRun.of("help", command).out()).isEqualTo(help);
      assertThat(CommandRun.of("--debug", command, "--help").out()).isEqualTo(help);
    }
  }

  @Test
  void valuesStayAsTheyAre() {
    assertThat(
            Spelling.normalized(
                "compile",
                "a_b",
                "--model_path=my_model",
                "--overrides",
                "context_window_size=8",
                "-x_y"))
        .containsExactly(
            "compile",
            "a_b",
            "--model-path=my_model",
            "--overrides",
            "context_window_size=8",
            "-x_y");
  }

  @Test
  void everythingAfterTheEndOfOptionsStays() {
    assertThat(Spelling.normalized("--a_b", "--", "--a_b")).containsExactly("--a-b", "--", "--a_b");
  }
}
