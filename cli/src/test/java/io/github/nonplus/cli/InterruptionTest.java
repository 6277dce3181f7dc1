package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Every command that writes is ended at random moments: by `kill -9`, after which the next run
/// tidies up, and by Ctrl-C, which leaves nothing at all. The run after that writes what an
/// undisturbed one writes. The properties `nonplus.interruptions.kills` and `.signals` say how
/// often; all commands take turns.
class InterruptionTest {
  private static final int KILLS = Integer.getInteger("nonplus.interruptions.kills", 3);
  private static final int SIGNALS = Integer.getInteger("nonplus.interruptions.signals", 3);

  /// With which command to begin, and at which moments: so a long trial can be several short ones.
  private static final int SEED = Integer.getInteger("nonplus.interruptions.seed", 0);

  private static final Path NOVELLA = Path.of("../examples/novella-6m");
  private static final Path LLAMA = TinyModel.original("llama");

  @TempDir Path directory;

  private final Random random = new Random(KILLS + 1000L * SEED);
  private final List<Writing> commands = new ArrayList<>();
  private Path text;

  /// A command, whose outputs lie in the folder `made` of the folder in which it runs.
  private record Writing(String name, List<Object> words) {
    /// The words of a run in `folder`.
    Object[] in(Path folder) {
      return words.stream()
          .map(word -> word.toString().replace("MADE", folder.resolve("made").toString()))
          .toArray();
    }
  }

  @BeforeEach
  void writeInputs() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "there is no /bin/kill");
    text = directory.resolve("text");
    String book = Files.readString(Path.of("../examples/hound-excerpt.txt"));
    Files.writeString(text, book.substring(0, 20_000));
    Path words = Files.writeString(directory.resolve("words"), book.substring(0, 1000));
    Path windows = TinyModel.windows(directory, lines(80));
    Path few = Files.writeString(directory.resolve("few"), lines(30));
    Path part = directory.resolve("part.journal");
    Path record = directory.resolve("record");
    succeed(scoring(windows, "--shard=1/1", "--journal", part).toArray());
    succeed(scoring(few, "--no-journal", "--record", record).toArray());
    add("preprocess-input", "--model-path", NOVELLA, "--input", "-", "--destination", "MADE/w");
    add("convert-weight", NOVELLA, "--quantization=q4f16_0", "--output", "MADE/replaced");
    add(scoring(windows, "--per-token=MADE/t", "--per-window=MADE/v", "--record=MADE/r").toArray());
    add(
        "compile",
        NOVELLA,
        "--quantization=q4f16_0",
        "--device=cpu",
        "--perplexity",
        "--output=MADE/lib",
        "--dump=MADE/dump");
    add(
        scoring(
                few,
                "--reference",
                LLAMA,
                "--per-token=MADE/t",
                "--per-window=MADE/v",
                "--record=MADE/r")
            .toArray());
    add(
        "hf-calculate-perplexity",
        "--precision=float32",
        "--model-path",
        LLAMA,
        "--input-path",
        few,
        "--per-token=MADE/t",
        "--record=MADE/r");
    add("merge", part, "--per-token=MADE/t", "--per-window=MADE/v");
    add("report", record, record, "--output=MADE/page");
    add("perplexity", NOVELLA, "--text", words, "--per-token=MADE/t", "--record=MADE/r");
    add("divergence", NOVELLA, "--reference", NOVELLA, "--text", words, "--record=MADE/r");
    add("explain", "llamacpp", "gptq", "--model", NOVELLA, "--window=64", "--input", words);
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void nothingIsLeftBehindAndTheNextRunWritesTheSameBits() throws Exception {
    Map<String, Long> duration = new TreeMap<>();
    Map<String, Map<String, String>> whole = new TreeMap<>();
    int reclaimed = 0;
    int early = 0;
    int said = 0;
    for (int i = 0; i < KILLS + SIGNALS; i++) {
      boolean kill = i < KILLS;
      Writing command = commands.get((SEED + (kill ? i : i - KILLS)) % commands.size());
      if (!whole.containsKey(command.name())) {
        Path folder = folder("whole-" + whole.size());
        long begin = System.nanoTime();
        finish(start(command, folder), folder);
        duration.put(command.name(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        whole.put(command.name(), content(folder));
      }
      Path folder = folder("interrupted-" + i);
      Map<String, String> before = content(folder);
      Process process = start(command, folder);
      Thread.sleep(random.nextLong(duration.get(command.name())));
      boolean wasAlive = process.isAlive();
      early += wasAlive ? 1 : 0;
      if (kill) {
        process.destroyForcibly().waitFor();
      } else {
        new ProcessBuilder("/bin/kill", "-INT", process.pid() + "").start().waitFor();
        int code = process.waitFor();
        if (code == 130) { // not before the JVM listens, nor after the work is done
          assertThat(hidden(folder)).as(command.name() + " after Ctrl-C").isEmpty();
          Map<String, String> after = made(content(folder));
          // All may be written, and only the JVM be left to end.
          if (!after.keySet().equals(made(whole.get(command.name())).keySet())) {
            assertThat(after).isEqualTo(made(before));
          }
          String last = Files.readString(folder.resolve("err"));
          assertThat(last).doesNotContain("nonplus: ");
          said += last.contains("Interrupted") ? 1 : 0; // not while the JVM starts
        }
      }
      int left = hidden(folder).size();
      finish(start(command, folder), folder);
      reclaimed += left;
      assertThat(hidden(folder))
          .as(command.name() + ": " + Files.readString(folder.resolve("err")))
          .isEmpty();
      assertThat(content(folder)).as(command.name()).isEqualTo(whole.get(command.name()));
      System.out.printf(
          "%s %s: %d hidden files left, then reclaimed%n",
          kill ? "kill -9" : "Ctrl-C", command.name(), left);
      remove(folder);
    }
    System.out.printf(
        "%d kills and %d Ctrl-C, %d of them before the end, %d interrupted with a word; %d hidden"
            + " files reclaimed; same bits%n",
        KILLS, SIGNALS, early, said, reclaimed);
  }

  private Path folder(String name) throws IOException {
    Path folder = Files.createDirectories(directory.resolve(name));
    Path replaced = Files.createDirectories(folder.resolve("made/replaced"));
    Files.writeString(replaced.resolve("mlc-chat-config.json"), "{}");
    Files.writeString(replaced.resolve("params_shard_0.bin"), "older");
    return folder;
  }

  private Process start(Writing command, Path folder) throws IOException {
    // PyTorch's library is large, and unpacked once for all.
    boolean large = command.name().startsWith("hf-");
    return ChildProcess.within(
            folder, (large ? directory : folder).resolve("cache"), command.in(folder))
        .redirectInput(text.toFile())
        .start();
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private static void finish(Process process, Path folder) throws Exception {
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("err"))).isZero();
  }

  /// What interrupted runs left, wherever they write. A journal in the cache is meant to stay.
  private static List<Path> hidden(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(
              file ->
                  file.getFileName().toString().startsWith(".")
                      || file.startsWith(folder.resolve("tmp")) && Files.isRegularFile(file))
          .toList();
    }
  }

  private static Map<String, String> made(Map<String, String> content) {
    return content.entrySet().stream()
        .filter(file -> file.getKey().startsWith("made"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /// All outputs, and the names of what is in the cache and among temporary files.
  private static Map<String, String> content(Path folder) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (name.startsWith("made")) {
          content.put(name, text(file));
        } else if (!name.equals("err") && !name.equals("out")) {
          content.put(name, "");
        }
      }
    }
    return content;
  }

  /// The content of a file, without the moments and speeds that a record holds.
  private static String text(Path file) throws IOException {
    String text =
        new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
    if (!text.startsWith("{") || !text.contains("nonplus-record-1")) {
      return text;
    }
    JsonNode record = new ObjectMapper().readTree(file.toFile());
    ((ObjectNode) record).remove(List.of("execution", "sessions", "corpus"));
    return record.toString();
  }

  private void add(Object... words) {
    String name = words[0] + " " + commands.size();
    commands.add(new Writing(name, List.of(words)));
  }

  private static List<Object> scoring(Path windows, Object... more) {
    return List.of(
        CommandRun.joined(
            more,
            "calculate-perplexity",
            "--model",
            LLAMA,
            "--device=cpu",
            "--batch-size=1",
            "--input-path",
            windows));
  }

  private static void succeed(Object... words) {
    CommandRun run = CommandRun.of(words);
    assertThat(run.code()).as(run.err()).isZero();
  }

  private String lines(int count) {
    StringBuilder lines = new StringBuilder();
    for (int w = 0; w < count; w++) {
      for (int i = 0; i < 12; i++) {
        lines.append(i == 0 ? "" : " ").append(random.nextInt(90));
      }
      lines.append('\n');
    }
    return lines.toString();
  }
}
