package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// How `calculate-perplexity` keeps finished windows, goes on from them, and shares them out.
class JournalTest {
  private static final Path CACHE = Path.of(System.getProperty("nonplus.cache"), "journals");

  @TempDir Path directory;

  private Path windows;
  private Path journal;
  private Path values;

  @BeforeEach
  void writeWindows() {
    windows = TinyModel.windows(directory, "1 2 3 4 5\n6 7 8\n9 10 11 12\n5 4 3\n1 2\n7 8 9\n");
    journal = directory.resolve("run.journal");
    values = directory.resolve("tokens.tsv");
  }

  private Object[] command(Object... more) {
    return CommandRun.joined(
        more,
        "calculate-perplexity",
        "--model",
        TinyModel.original("llama"),
        "--device=cpu",
        "--batch-size=1",
        "--input-path",
        windows);
  }

  private CommandRun run(Object... more) {
    CommandRun run = CommandRun.of(command(more));
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  /// All but the measured time and memory.
  private static List<String> exact(String out) {
    return out.lines().filter(line -> !line.startsWith("  speed ")).toList();
  }

  /// Leaves the journal as a kill would after so many windows.
  private void cutAfter(int finished) throws IOException {
    List<String> lines = Files.readAllLines(journal);
    Files.writeString(journal, String.join("\n", lines.subList(0, 3 + finished)) + "\n");
  }

  @Test
  void aRerunGoesOnAndPrintsWhatAnUninterruptedRunPrints() throws IOException {
    CommandRun whole = run("--journal", journal, "--per-token", values);
    String token = Sha256.of(values);
    cutAfter(4);
    CommandRun again = run("--journal", journal, "--per-token", values);
    assertThat(exact(again.out())).isEqualTo(exact(whole.out()));
    assertThat(Sha256.of(values)).isEqualTo(token);
    assertThat(again.err())
        .contains(
            "Going on where the journal %s ends: 4 of 6 windows are done.\n".formatted(journal));
    assertThat(run("--journal", journal, "--json").out()).contains("\"sessions\" : 3");
    assertThat(run("--journal", journal).err())
        .contains(
            "All 6 windows are in the journal %s: nothing is left to compute.\n"
                .formatted(journal));
  }

  @Test
  void neitherBatchesNorThreadsNorKernelsMakeAnotherRun() throws IOException {
    CommandRun whole = run("--journal", journal, "--per-token", values);
    String token = Sha256.of(values);
    cutAfter(2);
    Object[] other =
        command("--journal", journal, "--per-token", values, "--kernels=scalar", "--threads=1");
    other[Arrays.asList(other).indexOf("--batch-size=1")] = "--batch-size=3";
    CommandRun again = CommandRun.of(other);
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(Sha256.of(values)).isEqualTo(token);
    assertThat(again.out()).startsWith(whole.out().lines().findFirst().orElseThrow());
  }

  @Test
  void aTornTailIsCutWithALine() throws IOException {
    run("--journal", journal);
    byte[] whole = Files.readAllBytes(journal);
    Files.write(journal, Arrays.copyOf(whole, whole.length - 5));
    CommandRun again = run("--journal", journal);
    assertThat(again.err())
        .containsPattern(
            "The journal \\S+ ended in the middle of a write: its last \\d+ bytes were cut off\\.\n")
        .contains("5 of 6 windows are done.\n");
  }

  @Test
  void damageInTheMiddleIsRefused() throws IOException {
    run("--journal", journal);
    String text = Files.readString(journal);
    Files.writeString(journal, text.replaceFirst("\"first\":2", "\"first\":3"));
    Refusal.of(directory, command("--journal", journal))
        .mentions(journal + ": line 6 of the journal is damaged", "restore the file or remove it");
  }

  @Test
  void theJournalOfAnotherRunIsRefusedByName() throws IOException {
    run("--journal", journal);
    String before = Sha256.of(windows);
    TinyModel.windows(directory, "1 2 3\n6 7 8\n9 10 11 12\n5 4 3\n1 2\n7 8 9\n");
    Refusal.of(directory, command("--journal", journal))
        .says(
            "%s is the journal of another run (token ids: %s here, %s there); name another file, or"
                + " remove this one",
            journal, Sha256.of(windows), before);
    TinyModel model = TinyModel.llama(directory);
    Object[] other = command("--journal", journal);
    other[2] = model.converted("q4f16_1");
    windows = TinyModel.windows(directory, "1 2 3 4 5\n6 7 8\n9 10 11 12\n5 4 3\n1 2\n7 8 9\n");
    Refusal.of(directory, other).mentions(journal + " is the journal of another run (weights: ");
  }

  @Test
  void aFileThatIsNoJournalIsNotOverwritten() throws IOException {
    Files.writeString(journal, "years of work");
    Refusal.of(directory, command("--journal", journal))
        .says("%s is not a journal of this version of Nonplus; name another file", journal);
    Refusal.of(directory, command("--journal", windows))
        .says(
            "%s (--journal) would overwrite %s, which --input-path reads; name another one",
            windows, windows);
  }

  /// Nobody has to ask: a run that ends early leaves a journal in the cache, one that does not
  /// leaves none.
  @Test
  @Timeout(60)
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no signal asks a process to end there")
  void withoutAnyOptionAnInterruptedRunIsContinued() throws IOException, InterruptedException {
    windows = TinyModel.windows(directory, "1 2 3 4 5\n".repeat(100_000));
    Path cache = directory.resolve("cache");
    Path out = directory.resolve("out");
    Process process = ChildProcess.start(out, cache, command("--per-token", values));
    while (Files.size(out) < 1000 && process.isAlive()) {
      Thread.sleep(5);
    }
    process.destroy(); // SIGTERM, as Ctrl-C is SIGINT
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(128 + 15);
    assertThat(values).doesNotExist();
    assertThat(hiddenFiles()).isEmpty();
    assertThat(Files.readString(out)).endsWith("\n");
    Path kept;
    try (Stream<Path> files = Files.list(cache.resolve("journals"))) {
      kept = files.findFirst().orElseThrow();
    }
    String err = Files.readString(directory.resolve("out.err"), StandardCharsets.UTF_8);
    assertThat(err.lines().toList().getLast())
        .matches(
            "Interrupted: [1-9][0-9]* finished windows are in the journal \\Q%s\\E, from which the same command goes on\\."
                .formatted(kept));
    Process again = ChildProcess.start(out, cache, command("--per-token", values));
    Path notes = directory.resolve("out.err");
    while (!Files.readString(notes).contains("Going on where") && again.isAlive()) {
      Thread.sleep(5);
    }
    again.destroyForcibly().waitFor();
    assertThat(Files.readString(notes)).contains("Going on where the journal " + kept + " ends: ");
  }

  /// What a person does.
  @Test
  @Timeout(60)
  void controlCOnATerminalEndsInOneSentence() throws IOException, InterruptedException {
    assumeTrue(
        System.getProperty("os.name").equals("Linux") && Files.isExecutable(ChildProcess.SCRIPT),
        "not run: there is no /usr/bin/script of util-linux to make a terminal");
    windows = TinyModel.windows(directory, "1 2 3 4 5\n".repeat(100_000));
    Path out = directory.resolve("out");
    Object[] command = command("--journal", journal, "--per-token", values);
    Process process = ChildProcess.onTerminal(out, directory.resolve("cache"), command);
    try {
      while (!Files.readString(out, StandardCharsets.ISO_8859_1).contains("[20/100000]")
          && process.isAlive()) {
        Thread.sleep(5);
      }
      process.getOutputStream().write(3); // as the key does, of which the terminal makes a SIGINT
      process.getOutputStream().flush();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(128 + 2);
    String shown = Files.readString(out);
    assertThat(shown.substring(shown.lastIndexOf("Interrupted")))
        .matches(
            "Interrupted: [1-9][0-9]* finished windows are in the journal \\Q%s\\E, from which the same command goes on\\.\r\n"
                .formatted(journal));
    assertThat(values).doesNotExist();
    assertThat(hiddenFiles()).isEmpty();
  }

  private List<Path> hiddenFiles() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.getFileName().toString().startsWith(".")).toList();
    }
  }

  @Test
  void aRunThatEndsWellLeavesNoJournalThatNobodyNamed() throws IOException {
    List<Path> before = cached();
    run();
    run("--no-journal");
    assertThat(cached()).isEqualTo(before);
  }

  @Test
  void aRunThatFailsBeforeItsFirstWindowLeavesNoneEither() throws IOException {
    List<Path> before = cached();
    Object[] command = command();
    command[Arrays.asList(command).indexOf("--device=cpu")] = "--device=null";
    Refusal.of(directory, command).mentions("null");
    assertThat(cached()).isEqualTo(before);
  }

  private static List<Path> cached() throws IOException {
    Files.createDirectories(CACHE);
    try (Stream<Path> files = Files.list(CACHE)) {
      return files.sorted().toList();
    }
  }

  @Test
  void partsAreJoinedToTheBitsOfOneRun() throws IOException {
    CommandRun whole = run("--per-token", values, "--per-window", directory.resolve("windows.tsv"));
    String token = Sha256.of(values);
    String window = Sha256.of(directory.resolve("windows.tsv"));
    Object[] merge = new Object[4];
    for (int i = 1; i <= 4; i++) {
      merge[4 - i] = directory.resolve(i + ".journal");
      CommandRun part = run("--shard", i + "/4", "--journal", merge[4 - i]);
      assertThat(part.out()).isEmpty();
      assertThat(part.err()).contains("nonplus merge joins the parts.\n");
    }
    CommandRun merged =
        CommandRun.of(
            CommandRun.joined(
                merge,
                "merge",
                "--per-token",
                values,
                "--per-window",
                directory.resolve("windows.tsv")));
    assertThat(merged.code()).as(merged.err()).isZero();
    assertThat(exact(merged.out())).isEqualTo(exact(whole.out()));
    assertThat(Sha256.of(values)).isEqualTo(token);
    assertThat(Sha256.of(directory.resolve("windows.tsv"))).isEqualTo(window);
  }

  /// All of a record but when, how long and in how many sessions.
  private static JsonNode lasting(Path record) throws IOException {
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(record.toFile());
    json.remove("execution");
    return json;
  }

  @Test
  void aRecordOfPartsIsThatOfOneRun() throws IOException {
    Path record = directory.resolve("record");
    run("--record", record);
    JsonNode whole = lasting(record);
    Path one = directory.resolve("1");
    Path two = directory.resolve("2");
    run("--shard=1/2", "--journal", one);
    run("--shard=2/2", "--journal", two);
    Path moved = Files.move(windows, directory.resolve("moved"));
    Refusal.of(directory, "merge", one, two, "--record", directory.resolve("r"))
        .mentions(
            "a record needs the windows of the run, but " + windows + " cannot be read",
            "say where with --input-path");
    CommandRun merged = CommandRun.of("merge", two, one, "--record", record, "--input-path", moved);
    assertThat(merged.code()).as(merged.err()).isZero();
    assertThat(lasting(record)).isEqualTo(whole);
    Files.writeString(moved, "1 2 3\n");
    Refusal.of(directory, "merge", one, two, "--record", record, "--input-path", moved)
        .mentions("the journals are of the windows of sha256 ", moved + " has ");
    assertThat(CommandRun.of("merge", one, two, "--input-path", moved).err())
        .startsWith("nonplus: --input-path says nothing without --record\n");
    Refusal.of(directory, "merge", one, two, "--per-token", one)
        .says(
            "%s (--per-token) would overwrite %s, which JOURNAL reads; name another one", one, one);
    Files.move(moved, windows);
    Files.writeString(windows, "1 2 3 4 5\n6 7 8\n9 10 11 12\n5 4 3\n1 2\n7 8 9\n");
    Refusal.of(directory, "merge", one, two, "--record", windows)
        .says(
            "%s (--record) would overwrite %s, which the run reads; name another one",
            windows, windows);
  }

  /// The model guesses at random; a part would be held against the frequencies of all ids.
  @Test
  void onlyAWholeRunIsHeldAgainstMereFrequencies() {
    windows = TinyModel.windows(directory, "1 2 2 2 2\n".repeat(300));
    assertThat(run().err())
        .contains("Warning: the model guesses these ids worse")
        .doesNotContain("quantization");
    assertThat(run("--shard=1/2", "--journal", journal).err()).doesNotContain("Warning");
  }

  @Test
  void quantizationMayBeWhyAModelGuessesWorseThanFrequencies() {
    windows = TinyModel.windows(directory, "1 2 2 2 2\n".repeat(300));
    Path weights = TinyModel.llama(directory).converted("q4f16_1");
    assertThat(
            CommandRun.of("calculate-perplexity", "--model", weights, "--input-path", windows)
                .err())
        .contains("Warning: the model guesses", "quantization to q4f16_1 has destroyed it");
  }

  @Test
  void partsThatDoNotMakeOneRunAreRefused() throws IOException {
    Path one = directory.resolve("1");
    Path two = directory.resolve("2");
    run("--shard=1/2", "--journal", one);
    Refusal.of(directory, "merge", one).says("part 2/2 is missing; give its journal as well");
    Refusal.of(directory, "merge", one, one)
        .says("%s and %s both hold part 1/2; give each part once", one, one);
    run("--shard=2/3", "--journal", two);
    Refusal.of(directory, "merge", one, two)
        .says(
            "%s is part 1/2 of 6 windows, but %s is part 2/3 of 6; give parts of one division",
            one, two);
    Files.delete(two);
    run("--shard=2/2", "--journal", two);
    List<String> lines = Files.readAllLines(two);
    Files.writeString(two, String.join("\n", lines.subList(0, 5)) + "\n");
    Refusal.of(directory, "merge", one, two)
        .says("%s holds 2 of the 3 windows of part 2/2; run that part again to finish it", two);
    windows = TinyModel.windows(directory, "1 2 3 4 6\n6 7 8\n9 10 11 12\n5 4 3\n1 2\n7 8 9\n");
    Files.delete(two);
    run("--shard=2/2", "--journal", two);
    Refusal.of(directory, "merge", one, two)
        .mentions(one + " is of another run than " + two + " (token ids: ");
    Refusal.of(directory, "merge", directory.resolve("none"))
        .says(
            "%s does not exist; give a journal that calculate-perplexity --journal wrote",
            directory.resolve("none"));
    Refusal.of(directory, command("--shard=1/7", "--journal", directory.resolve("7")))
        .says("%s has 6 windows, too few for 7 parts; split it in fewer", windows);
  }

  @Test
  void optionsThatContradictEachOtherAreUsageErrors() {
    usage("--journal and --no-journal exclude each other", "--journal", journal, "--no-journal");
    Refusal.of(directory, command("--journal", journal, "--per-token", journal))
        .mentions("(--journal)", "(--per-token)", "are one file, which cannot hold two outputs");
    usage("--shard needs --journal FILE, where the part's windows are kept", "--shard=1/2");
    usage(
        "--shard is '3/2', expected part/parts such as 1/4 or 4/4",
        "--shard=3/2",
        "--journal",
        journal);
    usage(
        "--json, --per-window, --per-token and --record go to nonplus merge, not to a --shard",
        "--shard=1/2",
        "--journal",
        journal,
        "--json");
  }

  private void usage(String sentence, Object... more) {
    assertThat(CommandRun.of(command(more)))
        .isEqualTo(
            new CommandRun(
                2, "", "nonplus: " + sentence + "\nSee 'nonplus calculate-perplexity --help'.\n"));
  }
}
