package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The script `nonplus`, and what a process as a whole prints and leaves.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LauncherTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /// Processes at a time: more than there are processors, where that is two.
  private static final int SIDE_BY_SIDE = 4;

  @TempDir Path directory;

  private Launcher launcher;
  private Path windows;

  @BeforeEach
  void install() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh");
    launcher = Launcher.in(directory.resolve("home"));
    windows = TinyModel.windows(directory, "1 2 3 4 5 6 7 8\n".repeat(30));
  }

  @Test
  void commandsSideBySidePrintJsonAndNothingElse() throws Exception {
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < SIDE_BY_SIDE; i++) {
      all.add(launcher.command(folder(i), scoring("--json", "--no-journal")).start());
    }
    new ProcessBuilder("/bin/kill", "-QUIT", all.getFirst().pid() + "").start().waitFor();
    for (int i = 0; i < all.size(); i++) {
      int code = all.get(i).waitFor();
      if (i == 0 && code == 131) {
        continue; // the signal came before the JVM
      }
      assertThat(code).as(Files.readString(folder(i).resolve("err"))).isZero();
      assertThat(JSON.readTree(folder(i).resolve("out").toFile()).get("windows").intValue())
          .isEqualTo(30);
    }
  }

  @Test
  void theThreadsThatASignalListsAreNoResult() throws Exception {
    Path folder = folder(0);
    Process process = launcher.command(folder, scoring("--no-journal")).start();
    while (process.isAlive() && Files.size(folder.resolve("out")) == 0) {
      Thread.sleep(5);
    }
    new ProcessBuilder("/bin/kill", "-QUIT", process.pid() + "").start().waitFor();
    assertThat(process.waitFor()).isZero();
    assertThat(folder.resolve("out")).content().doesNotContain("thread dump");
    assertThat(folder.resolve("err")).content().contains("thread dump");
  }

  @Test
  void aCommandWhoseReaderHasGoneStopsWithoutAWord() throws Exception {
    Path folder = folder(0);
    windows = TinyModel.windows(directory, "1 2 3 4 5 6 7 8\n".repeat(200_000));
    Path values = folder.resolve("values");
    Process process =
        launcher
            .command(folder, scoring("--batch-size=1", "--per-token", values))
            .redirectOutput(Redirect.PIPE)
            .start();
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).isNotEmpty();
    }
    assertThat(process.waitFor()).isEqualTo(141);
    assertThat(folder.resolve("err")).content().doesNotContain("nonplus:", "Interrupted");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(Path::getFileName).map(Path::toString))
          .containsExactlyInAnyOrder("cache", "tmp", "err");
    }
  }

  @Test
  void pathsOutsideAsciiWorkInEveryLocale() throws Exception {
    Path model = TinyModel.copy(TinyModel.original("llama"), directory.resolve("modèle-模型"));
    Path input = Files.copy(windows, directory.resolve("naïve-ß-ı.txt"));
    List<Map<String, String>> environments =
        List.of(Map.of("LANG", "tr_TR.UTF-8"), Map.of()); // that of C, where nothing is said
    for (int i = 0; i < environments.size(); i++) {
      Path folder = folder(i);
      Path values = folder.resolve("größe.tsv");
      ProcessBuilder builder =
          launcher.command(
              folder,
              "calculate-perplexity",
              "--device=cpu",
              "--model=.",
              "--input-path",
              input,
              "--per-token",
              values);
      builder.environment().keySet().retainAll(List.of("JAVA_HOME", "NONPLUS_JAVA_OPTIONS"));
      builder.environment().putAll(environments.get(i));
      builder
          .environment()
          .merge("NONPLUS_JAVA_OPTIONS", " -Duser.language=tr -Duser.country=TR", String::concat);
      int code = builder.directory(model.toFile()).start().waitFor();
      assertThat(code).as(Files.readString(folder.resolve("err"))).isZero();
      assertThat(values).exists();
      assertThat(folder.resolve("out")).content(StandardCharsets.UTF_8).contains("naïve-ß-ı.txt");
    }
    assertThat(model.toFile().list()).hasSameSizeAs(TinyModel.original("llama").toFile().list());
  }

  /// Java calls a home that it does not know `?`.
  @Test
  void withoutAHomeNothingIsMadeInTheWorkingFolder() throws Exception {
    Path folder = folder(0);
    Path work = Files.createDirectory(directory.resolve("work"));
    ProcessBuilder builder =
        launcher.command(
            folder,
            "preprocess-input",
            "--model-path",
            Path.of("../examples/novella-6m").toRealPath(),
            "--input",
            Path.of("../examples/hound-excerpt.txt").toRealPath(),
            "--destination",
            folder.resolve("windows"));
    builder
        .environment()
        .put("NONPLUS_JAVA_OPTIONS", "-Duser.home=? -Djava.io.tmpdir=" + folder.resolve("tmp"));
    int code = builder.directory(work.toFile()).start().waitFor();
    assertThat(code).as(Files.readString(folder.resolve("err"))).isZero();
    assertThat(folder.resolve("err"))
        .content()
        .contains("This user has no home directory: caches are kept in " + folder.resolve("tmp"));
    assertThat(work).isEmptyDirectory();
    assertThat(folder.resolve("windows")).exists();
  }

  private Path folder(int number) throws IOException {
    return Files.createDirectories(directory.resolve("run" + number));
  }

  private Object[] scoring(Object... more) throws IOException {
    return CommandRun.joined(
        more,
        "calculate-perplexity",
        "--device=cpu",
        "--model",
        TinyModel.original("llama").toRealPath(),
        "--input-path",
        windows);
  }
}
