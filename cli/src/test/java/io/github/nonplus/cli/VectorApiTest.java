package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Java that was started without its Vector API, as whoever embeds the library may do.
class VectorApiTest {
  private static final Path MODEL = TinyModel.original("llama");

  @TempDir Path directory;

  private Process scored(Path out, Object... more) throws IOException, InterruptedException {
    Object[] arguments =
        CommandRun.joined(
            more,
            "calculate-perplexity",
            "--no-journal",
            "--model",
            MODEL,
            "--input-path",
            TinyModel.windows(directory));
    Process process = ChildProcess.startWithoutVectors(out, directory.resolve("cache"), arguments);
    process.waitFor();
    return process;
  }

  @Test
  void withoutItScalarKernelsWorkAndOthersAreRefusedInASentence() throws Exception {
    Path out = directory.resolve("out");
    assertThat(scored(out).exitValue()).isEqualTo(1);
    assertThat(Files.readString(directory.resolve("out.err")))
        .contains(
            "nonplus: this Java runs without its Vector API: start it with --add-modules"
                + " jdk.incubator.vector, or ask for the kernels scalar,")
        .doesNotContain("NoClassDefFoundError");
    assertThat(scored(out, "--kernels=scalar", "--reference-kernels=scalar", "--reference", MODEL))
        .extracting(Process::exitValue)
        .isEqualTo(0);
    assertThat(Files.readString(out)).contains("\nPerplexity ");
  }
}
