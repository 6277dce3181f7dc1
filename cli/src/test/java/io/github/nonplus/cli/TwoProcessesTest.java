package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whatever a command writes follows from its inputs: two processes, which hash differently and
/// whose systems end lines differently, write the same bytes, but for times.
@Timeout(120)
class TwoProcessesTest {
  private static final Path EXAMPLES = Path.of("../examples");

  @TempDir Path directory;

  /// Runs several commands, each argument list ended by an empty one, in one process.
  public static void main(String[] arguments) {
    int from = 0;
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].isEmpty()) {
        int code =
            Main.run(
                new LineFeeds(System.out, false),
                new LineFeeds(System.err, true),
                Arrays.copyOfRange(arguments, from, i));
        if (code != 0) {
          throw new AssertionError(String.join(" ", arguments));
        }
        from = i + 1;
      }
    }
  }

  private Path written(String name, String lineSeparator) throws IOException {
    Path output = Files.createDirectory(directory.resolve(name));
    Path text = directory.resolve("text.txt");
    if (!Files.exists(text)) {
      String hound = Files.readString(EXAMPLES.resolve("hound-excerpt.txt"));
      Files.writeString(text, hound.substring(0, 300));
    }
    Path model = EXAMPLES.resolve("novella-6m").toAbsolutePath();
    List<String> arguments = new ArrayList<>();
    for (String command :
        List.of(
            "preprocess-input --model-path MODEL --input TEXT --window 32 --stride 24 --destination windows",
            "compile MODEL --quantization q4f16_0 --perplexity --device cpu --output lib --dump dump",
            "compile MODEL --quantization q4f16_0 --perplexity --device android:adreno --output adreno",
            "convert-weight MODEL --quantization q4f16_0 --output mlc",
            "calculate-perplexity --model mlc --model-lib lib --device cpu --kernels scalar --input-path windows"
                + " --json --per-window per-window --per-token per-token --record record",
            "calculate-perplexity --model MODEL --device cpu --kernels scalar --input-path windows --record source",
            "compare source record --json",
            "compare source record",
            "inspect mlc",
            "inspect lib",
            "report source record --output page.html",
            "verify record --json")) {
      arguments.addAll(List.of(command.split(" ")));
      arguments.add("");
    }
    arguments.replaceAll(
        each -> each.replace("MODEL", model.toString()).replace("TEXT", text.toString()));
    List<String> command = new ArrayList<>(ChildProcess.java(directory, TwoProcessesTest.class));
    command.add(1, "-Dline.separator=" + lineSeparator);
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .directory(output.toFile())
            .redirectOutput(output.resolve("stdout").toFile())
            .redirectError(output.resolve("stderr").toFile())
            .start();
    assertThat(process.onExit().join().exitValue())
        .as(() -> read(output.resolve("stderr")))
        .isZero();
    return output;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /// What a clock or a memory manager had a part in is taken out.
  private static String withoutTimes(Path file) {
    return new String(bytes(file), StandardCharsets.UTF_8)
        .replaceAll("(\"(?:seconds|tokens_per_second|started|peak_memory_bytes)\" : )[^,\n]+", "$1")
        .replaceAll("[\\d.,]+ tokens/s(?:, [\\d.]+ s, peak memory \\d+ MB)?", "")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", "")
        .replaceAll("<td>[\\d,]+</td>(<td class=\"words\">)", "$1") // tokens/s
        .replaceAll(
            "(execution › (?:started|seconds|tokens per second|peak memory bytes)</th>).*", "$1");
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void twoProcessesWriteTheSameBytes() throws IOException {
    Path one = written("one", "\n");
    Path other = written("two", "\r\n");
    try (var files = Files.walk(one)) {
      List<Path> all =
          files.filter(Files::isRegularFile).filter(each -> !each.endsWith("stderr")).toList();
      assertThat(all).hasSizeGreaterThan(20);
      for (Path file : all) {
        assertThat(withoutTimes(other.resolve(one.relativize(file))))
            .as(file.toString())
            .isEqualTo(withoutTimes(file));
      }
    }
  }
}
