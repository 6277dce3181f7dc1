package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract of `explain`.
class ExplainTest {
  private static final Path MODEL = Path.of("../examples/novella-6m");

  @TempDir Path directory;
  private Path text;

  @BeforeEach
  void write() throws IOException {
    text = Files.writeString(directory.resolve("t"), "A fog rose <|endoftext|> slowly. ".repeat(9));
  }

  private CommandRun explain(Object... more) {
    return CommandRun.of(
        CommandRun.joined(
            more,
            "explain",
            "llamacpp",
            "gptq",
            "--model",
            MODEL,
            "--device=cpu",
            "--input",
            text,
            "--window=32"));
  }

  /// To llama.cpp letters, to transformers one id: as letters there are more tokens.
  @Test
  void spelledTokensAreIdsOrLettersAsOneAsks() throws IOException {
    long ids = tokens(explain("--json"));
    long letters = tokens(explain("--json", "--spelled-tokens", "letters"));
    assertThat(letters).isGreaterThan(ids);
    assertThat(explain().err()).contains("Warning: the text spells out special tokens (9");
  }

  private static long tokens(CommandRun run) throws IOException {
    assertThat(run.code()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out()).at("/steps/0/tokens_scored").asLong();
  }

  @Test
  void anotherSpellingIsAUsageError() {
    CommandRun run = explain("--spelled-tokens", "words");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).startsWith("nonplus: --spelled-tokens is ids or letters, not 'words'\n");
  }
}
