package io.github.nonplus.reference.transformers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.reference.Precision;
import io.github.nonplus.reference.ReferenceModel;
import io.github.nonplus.reference.Variant;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What lies in the current folder is not run, whatever it is called. A whole process starts the
/// engine there, with a real Python; its packages may be missing, which is told by the engine's own
/// script.
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "Python of the system is needed, which Wine does not have")
class PythonIsolationTest {
  private static final Path MODEL =
      Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama");

  @TempDir Path directory;

  /// Starts the engine; its argument are a Python and a model.
  public static final class Start {
    private Start() {}

    /// Prints what became of it.
    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) {
      try (ReferenceModel model =
          new TransformersEngine(Optional.of(arguments[0]))
              .open(Path.of(arguments[1]), Variant.of(Precision.FLOAT32), 1, _ -> {})) {
        System.out.println(model.facts().versions());
      } catch (DeviceException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", ":", "HERE", "/no/such/folder:HERE"})
  void codeInTheCurrentFolderIsNotRun(String pythonPath) throws Exception {
    String python = PythonProgram.onPath(System.getenv("PATH")).orElse("");
    assumeTrue(!python.isEmpty(), "there is no Python on the PATH");
    Path ran = directory.resolve("ran");
    for (String module :
        List.of("torch", "transformers", "json", "re", "importlib", "os", "sitecustomize")) {
      Files.writeString(
          directory.resolve(module + ".py"),
          "open('%s', 'a').write('%s ')\n".formatted(ran, module));
    }
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-classpath",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Start.class.getName(),
                python,
                MODEL.toAbsolutePath().toString())
            .directory(directory.toFile())
            .redirectErrorStream(true);
    builder.environment().put("PYTHONPATH", pythonPath.replace("HERE", directory.toString()));
    builder.environment().put("PYTHONSTARTUP", directory.resolve("torch.py").toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes());
    process.waitFor();
    assertThat(ran).as(said).doesNotExist();
    assertThat(said).containsAnyOf("torch=", "cannot import the package");
  }

  @Test
  void aPythonInTheCurrentFolderIsNotTaken() throws IOException {
    Path elsewhere = Files.createDirectory(directory.resolve("bin"));
    for (Path place : List.of(directory, elsewhere)) {
      assertThat(Files.createFile(place.resolve("python3")).toFile().setExecutable(true)).isTrue();
    }
    String here = Path.of("").toAbsolutePath().relativize(directory.toAbsolutePath()).toString();
    String path = String.join(File.pathSeparator, "", ".", here, elsewhere.toString());
    assertThat(PythonProgram.onPath(path)).contains(elsewhere.resolve("python3").toString());
    assertThat(PythonProgram.onPath("." + File.pathSeparator + here)).isEmpty();
  }
}
