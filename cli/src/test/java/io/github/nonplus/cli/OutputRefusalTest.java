package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Outputs that cannot be written are refused before any work, and what stood there stays. The
/// cases hold for every user: permission bits do not bind root.
class OutputRefusalTest {
  private static final Path MODEL = TinyModel.original("llama");

  @TempDir Path directory;

  @Test
  void directoryOfOtherThingsIsNotReplacedByWeights() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.writeString(other.resolve("thesis.txt"), "years of work");
    converting(other)
        .says(
            "%s is not replaced, because it holds other things (thesis.txt); name an empty or new"
                + " directory",
            other);
  }

  @Test
  void fileIsNotReplacedByWeights() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "content");
    converting(file).says("%s is a file; name a directory that does not exist yet as output", file);
  }

  @Test
  void weightsBelowAFileAreRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "content");
    converting(file.resolve("a/b")).mentions(file, "cannot be written", "nothing was left there");
  }

  @Test
  void unsupportedQuantizationIsRefused() {
    Refusal refusal =
        Refusal.ofRequest(
            directory,
            "convert-weight",
            MODEL,
            "--quantization",
            "q4f16_ft",
            "--output",
            directory.resolve("weights"));
    refusal.says(
        "the quantization 'q4f16_ft' is not read: its codes lie as the GPU that converted them wants"
            + " them, and the directory does not say which that was; use q4f16_1");
    Refusal.ofRequest(
            directory,
            "compile",
            MODEL,
            "--quantization=q4f16_ft",
            "--device=cpu",
            "--output",
            directory.resolve("lib"))
        .says(refusal.sentence());
  }

  @Test
  void unknownDeviceIsRefused() {
    Refusal.ofRequest(
            directory,
            "compile",
            MODEL,
            "--quantization=q4f16_1",
            "--device=abacus",
            "--output",
            directory.resolve("lib"))
        .says(
            "unknown device 'abacus'; there are android:adreno, cpu, null, opencl,"
                + " opencl:N, windows:adreno_x86");
    Refusal.ofRequest(
            directory,
            "calculate-perplexity",
            "--model",
            MODEL,
            "--device=abacus",
            "--input-path",
            TinyModel.windows(directory))
        .says(
            "unknown device 'abacus'; there are android:adreno, cpu, null, opencl,"
                + " opencl:N, windows:adreno_x86");
  }

  @Test
  void libraryInAMissingDirectoryIsRefused() {
    Path library = directory.resolve("a/b/c.lib");
    compiling(library)
        .says(
            "%s cannot be written: there is no directory %s; create it first",
            library, directory.resolve("a/b"));
  }

  @Test
  void libraryBelowAFileIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "content");
    compiling(file.resolve("c.lib"))
        .says(
            "%s cannot be written: there is no directory %s; create it first",
            file.resolve("c.lib"), file);
  }

  @Test
  void directoryIsNotReplacedByALibrary() {
    compiling(directory).says("%s is a directory; give the name of a file to write", directory);
  }

  @Test
  void deviceFileIsNotReplacedByALibrary() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "the system has no /dev/full");
    compiling(full).says("/dev/full is not a regular file; give the name of a file to write");
  }

  @Test
  void dumpInADirectoryOfOtherThingsIsRefused() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.writeString(other.resolve("thesis.txt"), "years of work");
    compiling(directory.resolve("lib"), "--dump", other)
        .mentions(other + " is not replaced, because it holds other things (thesis.txt)");
  }

  @Test
  void libraryWithinItsDumpIsRefused() {
    Path library = directory.resolve("lib");
    compiling(library, "--dump", directory)
        .says(
            "%s (--output) would lie within %s (--dump), which is replaced as a whole; name another"
                + " one",
            library, directory);
  }

  @Test
  void dumpOfAFailedCompilationIsNotThere() {
    compiling(
            directory.resolve("lib"),
            "--dump",
            directory.resolve("new/dump"),
            "--overrides",
            "context_window_size=2000000000")
        .says(
            "a context window of 2000000000 is beyond any; give --overrides context_window_size a"
                + " number of at most 16777216");
  }

  @Test
  void unknownOverrideIsRefused() {
    compiling(directory.resolve("lib"), "--overrides", "sliding_window_size=4")
        .says(
            "--overrides: 'sliding_window_size' is not known; use context_window_size,"
                + " prefill_chunk_size");
  }

  @Test
  void overrideThatIsNoNumberIsRefused() {
    compiling(directory.resolve("lib"), "--overrides", "context_window_size=many")
        .says(
            "--overrides: 'context_window_size=many' is not of the form name=number with a number"
                + " above 0");
  }

  @Test
  void oneFileForWindowsAndTokensIsRefused() {
    Path file = directory.resolve("values.tsv");
    Path again = directory.resolve("./values.tsv");
    scoring("cpu", "--per-window", file, "--per-token", again)
        .says(
            "%s (--per-window) and %s (--per-token) are one file, which cannot hold two outputs;"
                + " name two",
            file, again);
  }

  @Test
  void filesOfValuesDoNotReplaceTheWindows() {
    Path windows = TinyModel.windows(directory);
    scoring("cpu", "--per-token", windows)
        .says(
            "%s (--per-token) would overwrite %s, which --input-path reads; name another one",
            windows, windows);
  }

  @Test
  void fileOfTokensThatCannotBeWrittenIsRefusedBeforeTheFirstWindow() {
    Path file = directory.resolve("nowhere/tokens.tsv");
    // Windows are printed as they are scored, and nothing may be printed.
    scoring("cpu", "--per-window", directory.resolve("windows.tsv"), "--per-token", file)
        .says(
            "%s cannot be written: there is no directory %s; create it first",
            file, file.getParent());
  }

  @Test
  void fileOfTokensThatTheSystemRefusesIsRefusedBeforeTheFirstWindow() {
    Path file = Path.of("/proc/tokens.tsv");
    assumeTrue(Files.exists(file.getParent()), "the system has no /proc");
    scoring("cpu", "--per-window", directory.resolve("windows.tsv"), "--per-token", file)
        .mentions("/proc/tokens.tsv cannot be written: ");
  }

  @Test
  void nullDeviceScoresNothingAndOlderValuesStay() throws IOException {
    Path values = Files.writeString(directory.resolve("values.tsv"), "older");
    scoring("null", "--per-window", values, "--per-token", directory.resolve("tokens.tsv"))
        .says("the device null plans programs but executes nothing; use --device cpu for numbers");
    assertThat(values).hasContent("older");
  }

  @Test
  void originsThatCannotBeWrittenLeaveNoWindowsBehind() throws IOException {
    Path text = Files.writeString(directory.resolve("text"), "the the the");
    Path windows = directory.resolve("windows");
    Files.createDirectory(directory.resolve("windows.origin.json"));
    CommandRun run =
        CommandRun.of(
            "preprocess-input",
            "--model-path",
            "../examples/novella-6m",
            "--input",
            text,
            "--destination",
            windows);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .endsWith(
            "nonplus: %s.origin.json is a directory; give the name of a file to write\n"
                .formatted(windows));
    assertThat(windows).doesNotExist();
  }

  private Refusal converting(Path output) {
    return Refusal.of(
        directory, "convert-weight", MODEL, "--quantization=q4f16_1", "--output", output);
  }

  private Refusal compiling(Path library, Object... more) {
    return Refusal.of(
        directory,
        CommandRun.joined(
            more, "compile", MODEL, "--quantization=q4f16_1", "--device=cpu", "--output", library));
  }

  private Refusal scoring(String device, Object... more) {
    return Refusal.of(
        directory,
        CommandRun.joined(
            more,
            "calculate-perplexity",
            "--model",
            MODEL,
            "--device",
            device,
            "--input-path",
            TinyModel.windows(directory)));
  }
}
