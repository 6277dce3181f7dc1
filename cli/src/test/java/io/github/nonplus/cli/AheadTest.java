package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AheadTest {
  @Test
  void theyAreCommands() {
    assertThat(Commands.names()).containsAll(Ahead.COMPUTE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "calculate-perplexity --model m --input-path w",
        "calculate-perplexity --model m --device cpu --input-path w",
        "perplexity m --device=cpu",
      })
  void kernelsOfTheCpuAreReadiedWhereTheyAreMeant(String words) {
    assertThat(Ahead.computes(words.split(" "))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inspect m",
        "calculate-perplexity --model m --device opencl --input-path w",
        "perplexity m --device=opencl",
        "perplexity m --device",
        "perplexity m --kernels scalar",
        "perplexity m --threads=1",
        "perplexity --help",
      })
  void theyAreNotWhereSomethingElseIsMeant(String words) {
    assertThat(Ahead.computes(words.split(" "))).isFalse();
  }
}
