package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The contract of `compile`.
class CompileTest {
  private static final Path MODEL = TinyModel.original("llama");

  @TempDir Path directory;

  @Test
  void summaryIsAllThatIsPrinted() {
    assertThat(compiling("MODEL --perplexity"))
        .isEqualTo(
            new CommandRun(
                0, "Functions: prefill, score\nWritten:   %s\n".formatted(library()), ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--perplexity MODEL",
        "MODEL --perplexity",
        "--perplexity True MODEL",
        "MODEL --perplexity True",
        "--perplexity=True MODEL",
        "--perplexity true MODEL",
        "--perplexity 1 MODEL",
        "--perplexity --opt O3 MODEL",
      })
  void libraryScoresIfItIsToldToAnywhere(String arguments) {
    assertThat(compiling(arguments).out()).startsWith("Functions: prefill, score\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MODEL",
        "--perplexity False MODEL",
        "MODEL --perplexity False",
        "--perplexity=False MODEL",
        "--perplexity false MODEL",
      })
  void libraryDoesNotScoreOtherwise(String arguments) {
    assertThat(compiling(arguments).out()).startsWith("Functions: prefill\n");
  }

  @Test
  void otherTruthValuesAreUsageErrors() {
    assertThat(compiling("MODEL --perplexity=maybe"))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "nonplus: --perplexity is 'maybe', expected True or False\n"
                    + "See 'nonplus compile --help'.\n"));
    assertThat(compiling("MODEL --perplexity maybe").code()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"O0", "O1", "O2", "O3"})
  void everyLevelGivesTheSameLibrary(String level) throws IOException {
    compiling("MODEL");
    String plain = Files.readString(library());
    assertThat(compiling("MODEL --opt " + level).code()).isZero();
    assertThat(library()).hasContent(plain);
  }

  @Test
  void otherLevelsAreRefused() {
    CommandRun run =
        CommandRun.of(
            "compile",
            MODEL,
            "--quantization=q4f16_1",
            "--device=cpu",
            "--opt=O9",
            "--output",
            library());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .startsWith(
            "nonplus: --opt: 'O9' is not understood; use O0, O1, O2, O3 or switches such as"
                + " cutlass=1;cudagraph=0\n");
    assertThat(library()).doesNotExist();
  }

  @Test
  void configurationAloneIsEnough() throws IOException {
    compiling("MODEL --perplexity");
    String ofDirectory = Files.readString(library());
    Path config = Files.copy(MODEL.resolve("config.json"), directory.resolve("renamed.json"));
    assertThat(compiling(config + " --perplexity").code()).isZero();
    assertThat(library()).hasContent(ofDirectory);
  }

  @Test
  void overridesAreObeyed() {
    compiling("MODEL --overrides context_window_size=64;prefill_chunk_size=32");
    assertThat(CommandRun.of("inspect", library()).out())
        .contains("  context    64 tokens, batches of 32\n");
  }

  @Test
  void withoutASchemeWeightsAreAsTheyAreStored() {
    Path library = directory.resolve("stored.lib");
    String[] compile = {
      "compile", MODEL.toString(), "--perplexity", "--output", library.toString()
    };
    assertThat(CommandRun.of((Object[]) compile).code()).isZero();
    assertThat(CommandRun.of("inspect", library).out()).contains("  weights    source\n");
    CommandRun run =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            MODEL,
            "--model-lib",
            library,
            "--device",
            "cpu",
            "--input-path",
            TinyModel.windows(directory));
    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void aConfigurationAloneNeedsAScheme() {
    Path config = MODEL.resolve("config.json");
    CommandRun run = CommandRun.of("compile", config, "--output", directory.resolve("stored.lib"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains(
            config + " is a configuration without weights; name their scheme with --quantization");
  }

  @Test
  void dumpIsATextForEachPass() throws IOException {
    assertThat(compiling("MODEL --perplexity --dump " + directory.resolve("dump")).code()).isZero();
    try (Stream<Path> files = Files.list(directory.resolve("dump"))) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      assertThat(names)
          .contains(
              "prefill.0-architecture.txt",
              "prefill.4-memory-plan.txt",
              "score.0-architecture.txt",
              "score.4-memory-plan.txt")
          .hasSize(10);
    }
    assertThat(directory.resolve("dump/score.0-architecture.txt"))
        .content()
        .startsWith("x[tokens, 64] = embed model.embed_tokens.weight\n");
  }

  @Test
  void earlierDumpIsReplaced() {
    Path dump = directory.resolve("dump");
    compiling("MODEL --perplexity --dump " + dump);
    assertThat(compiling("MODEL --dump " + dump).code()).isZero();
    assertThat(dump.resolve("score.0-architecture.txt")).doesNotExist();
    assertThat(dump.resolve("prefill.0-architecture.txt")).exists();
  }

  @Test
  void nullDevicePlansAnything() {
    CommandRun run =
        CommandRun.of(
            "compile",
            MODEL,
            "--quantization=q3f16_1",
            "--device=null",
            "--perplexity",
            "--output",
            library());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(CommandRun.of("inspect", library()).out()).contains("for the device null\n");
  }

  /// The target need not be here.
  @Test
  void kernelsGoIntoTheLibraryAndAreShown() {
    CommandRun run =
        CommandRun.of(
            "compile",
            MODEL,
            "--quantization=q4f16_1",
            "--device=android:adreno",
            "--perplexity",
            "--output",
            library());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(CommandRun.of("inspect", library()).out())
        .contains("for the device android:adreno\n")
        .containsPattern(
            "\n  kernels    adreno-android: \\d+ builds of \\d+ files; within largest"
                + " work-group 512, local memory in bytes 32,768, vector width in floats 4\n")
        .containsPattern("\n             matmul.cl +BITS=4 .*GROUP=32 KN=0 .*\n");
  }

  @Test
  void kernelsAreRefusedWhereThereAreNone() {
    Refusal.of(
            directory,
            "compile",
            MODEL,
            "--quantization=q4f16_1",
            "--device=cpu",
            "--kernels=scalar",
            "--output",
            library())
        .says("a library for the device cpu takes no kernels along; leave out --kernels scalar");
  }

  @Test
  void libraryIsReadUnderAnyName() throws IOException {
    Path libs = Files.createDirectory(directory.resolve("libs"));
    Path library = libs.resolve("NAME.dll");
    CommandRun.of("compile", MODEL, "--quantization=q4f16_1", "--device=cpu", "--output", library);
    assertThat(CommandRun.of("inspect", library).out()).startsWith(library + ": a model library\n");
  }

  @Test
  void missingModelIsAUsageError() {
    CommandRun run = compiling("--perplexity");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).startsWith("nonplus: Missing required parameter: 'HF_MODEL_OR_CONFIG'\n");
  }

  /// Arguments separated by spaces, `MODEL` being one.
  private CommandRun compiling(String arguments) {
    Object[] words =
        Stream.of(arguments.split(" ")).map(word -> word.equals("MODEL") ? MODEL : word).toArray();
    return CommandRun.of(
        CommandRun.joined(
            words, "compile", "--quantization=q4f16_1", "--device=cpu", "--output", library()));
  }

  private Path library() {
    return directory.resolve("llama.lib");
  }
}
