package io.github.nonplus.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What `nonplus-spark` starts executors with: kernels are to be compiled as for the command line,
/// whose options are files that Spark cannot hand over.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "nonplus-spark is a script of Unix")
final class JavaOptionsTest {
  @Test
  void ordersToTheCompilerAreThoseOfTheCommandLine() throws Exception {
    assertThat(options().stream().filter(option -> option.startsWith("-XX:CompileCommand=")))
        .containsExactlyElementsOf(
            lines("compile-commands")
                .map(line -> "-XX:CompileCommand=" + line.replace(' ', ','))
                .toList());
  }

  @Test
  void loopsAndThresholdsAreThoseOfTheCommandLine() throws Exception {
    assertThat(options())
        .containsAll(
            lines("java-options")
                .filter(line -> line.matches("-XX:.*(Loop|Threshold|Tier|Diagnostic).*"))
                .toList())
        .contains("-XX:+UseCountedLoopSafepoints");
  }

  /// An executor of one processor chooses the serial collector, where the compiler by itself would
  /// leave products at half their speed.
  @Test
  void oneProcessorTakesThem() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options());
    command.addAll(List.of("-XX:ActiveProcessorCount=1", "-XX:+PrintFlagsFinal", "-version"));
    assertThat(output(command))
        .containsPattern("UseSerialGC +=\\s+true")
        .containsPattern("UseCountedLoopSafepoints +=\\s+true")
        .containsPattern("LoopStripMiningIter +=\\s+1000")
        .containsPattern("TieredOldPercentage +=\\s+1000000")
        .doesNotContain("CompileCommand: An error");
  }

  private static Stream<String> lines(String file) throws IOException {
    return Files.readAllLines(Path.of("..", "build", file)).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"));
  }

  private static List<String> options() throws Exception {
    return Arrays.asList(
        output(List.of(Path.of("nonplus-spark").toAbsolutePath().toString(), "--java-options"))
            .strip()
            .split(" "));
  }

  private static String output(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
