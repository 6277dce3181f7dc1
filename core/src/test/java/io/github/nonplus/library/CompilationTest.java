package io.github.nonplus.library;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.perplexity.Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A library is a function of the model: two processes, which hash differently and may end lines
/// differently, write the same bytes.
class CompilationTest {
  private static final List<String> MODELS = List.of("llama", "llama-bias", "llama-yarn");

  @TempDir Path directory;

  /// Compiles all models into the directory that the argument names.
  public static void main(String[] arguments) {
    Path output = Path.of(arguments[0]);
    for (String name : MODELS) {
      try (ProgramDump dump = ProgramDump.to(output.resolve(name))) {
        ModelLibrary library =
            Compiler.compile(
                HuggingFaceDirectory.read(Fixture.folder(name)).model(),
                "q4f16_0",
                "cpu",
                CompileOptions.SCORING,
                dump);
        LibraryFile.write(output.resolve(name + ".lib"), library);
        dump.commit();
      }
    }
  }

  private Path compiled(String name, String lineSeparator) throws IOException {
    Path output = Files.createDirectory(directory.resolve(name));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dline.separator=" + lineSeparator,
                "-classpath",
                System.getProperty("java.class.path"),
                CompilationTest.class.getName(),
                output.toString())
            .inheritIO()
            .start();
    assertThat(process.onExit().join().exitValue()).isZero();
    return output;
  }

  @Test
  void twoProcessesWriteTheSameBytes() throws IOException {
    Path one = compiled("one", "\n");
    Path other = compiled("other", "\r\n");
    try (var files = Files.walk(one)) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      assertThat(all).hasSizeGreaterThan(10 * MODELS.size());
      for (Path file : all) {
        assertThat(other.resolve(one.relativize(file))).hasSameBinaryContentAs(file);
      }
    }
  }
}
