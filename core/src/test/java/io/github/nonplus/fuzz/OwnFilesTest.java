package io.github.nonplus.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.comparison.ComparedResults;
import io.github.nonplus.corpus.Documents;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.divergence.DivergenceRequest;
import io.github.nonplus.divergence.DivergenceRun;
import io.github.nonplus.divergence.DivergenceTally;
import io.github.nonplus.divergence.SideRequest;
import io.github.nonplus.divergence.TestModels;
import io.github.nonplus.divergence.WindowDivergence;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.journal.JournalPlace;
import io.github.nonplus.journal.Shard;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.Compiler;
import io.github.nonplus.library.LibraryFile;
import io.github.nonplus.measurement.WindowsRequest;
import io.github.nonplus.measurement.WindowsRun;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.perplexity.MergedRun;
import io.github.nonplus.perplexity.PerplexityRun;
import io.github.nonplus.perplexity.Request;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.receipt.GivenPaths;
import io.github.nonplus.receipt.Receipt;
import io.github.nonplus.report.ComparisonJson;
import io.github.nonplus.report.ComparisonText;
import io.github.nonplus.report.DivergenceFiles;
import io.github.nonplus.report.Inspection;
import io.github.nonplus.report.ReceiptText;
import io.github.nonplus.report.ResultText;
import io.github.nonplus.report.ScoreFiles;
import io.github.nonplus.report.TokenizerExamination;
import io.github.nonplus.report.page.ReportPage;
import io.github.nonplus.report.record.RecordFile;
import io.github.nonplus.report.record.ResultJson;
import io.github.nonplus.tokenizer.SpelledAs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Everything that Nonplus writes and reads again meets changes that no checksum tells: each file
/// is read and used as a command uses it, or refused in one sentence that names it. The property
/// `nonplus.fuzz.own` says how many changes each kind meets, `nonplus.fuzz.seed` which.
@Timeout(1200)
class OwnFilesTest {
  /// What is said of a program whose numbers were changed to ones that the arithmetic cannot bear:
  /// which file they are from, nobody can tell then.
  private static final String NOT_FINITE = "the first number that is not finite";

  private static final int CHANGES = Integer.getInteger("nonplus.fuzz.own", 300);
  private static final int FIRST = Integer.getInteger("nonplus.fuzz.seed", 0);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path MODEL =
      Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama");

  @TempDir Path directory;

  private Path windows;
  private Path record;
  private Path result;
  private Path journal;

  /// Something that reads a file and makes what a command would make of it.
  private interface Use {
    void of(Path file) throws IOException;
  }

  @BeforeEach
  void score() throws IOException {
    windows = directory.resolve("windows");
    int[][] ids = {{1, 20, 30}, {40, 5, 7, 9}, {3, 2}, {4, 4, 4}};
    WindowsFile.write(windows, Windows.of(ids));
    new WindowsOrigin(WindowsFile.read(windows).sha256(), "text", "ab", "cd", 4, 2, 9, 0)
        .write(windows);
    record = directory.resolve("record");
    result = directory.resolve("result");
    journal = directory.resolve("journal");
    try (ScoreFiles files =
        new ScoreFiles(Optional.empty(), Optional.empty(), Optional.of(record), MODEL, windows)) {
      Result its = PerplexityRun.of(request(Optional.empty(), true), new Into(files));
      Files.writeString(result, ResultJson.of(its));
    }
  }

  private Request request(Optional<Path> library, boolean journaled) {
    return new Request(
        MODEL,
        Wanted.DEFAULT,
        library,
        OptionalInt.empty(),
        "cpu",
        new DeviceOptions(1, Optional.of("scalar")),
        windows,
        OptionalInt.of(2),
        OptionalInt.empty(),
        journaled ? new JournalPlace.Named(journal) : new JournalPlace.None(),
        Shard.WHOLE);
  }

  private record Into(ScoreFiles files) implements PerplexityRun.Listener {
    @Override
    public void note(String sentence) {}

    @Override
    public void window(WindowScore score, Tally tally, int total) {
      files.add(score, tally);
    }

    @Override
    public void result(Result result) {
      files.commit(result);
      ResultText.of(result);
      ResultJson.of(result);
    }
  }

  private void survives(String name, Path file, Path named, String whole, Use use)
      throws IOException {
    int refused = 0;
    for (int seed = FIRST; seed < FIRST + CHANGES; seed++) {
      String changed = changed(whole, seed);
      Files.writeString(file, changed);
      try {
        use.of(file);
      } catch (NonplusException sentence) {
        refused++;
        assertThat(sentence.getMessage())
            .as("%s, seed %d", name, seed)
            .containsAnyOf(named.toString(), NOT_FINITE)
            .doesNotContain("\n")
            .doesNotContain("Exception");
      } catch (Throwable failure) {
        throw new AssertionError("%s, seed %d: %s".formatted(name, seed, changed), failure);
      }
    }
    assertThat(refused).as("files refused").isGreaterThan(CHANGES / 10);
  }

  /// A line in three of a journal, or the whole of another file, with its checksum made right.
  private static String changed(String whole, int seed) throws IOException {
    if (whole.startsWith("nonplus-journal")) {
      String[] lines = whole.split("\n");
      int at = 1 + Math.floorMod(seed, lines.length - 1);
      lines[at] = sealed(new JsonMutation(seed).of(JSON.readTree(lines[at].substring(9))));
      return String.join("\n", lines) + "\n";
    }
    if (whole.startsWith("nonplus-model-library")) {
      String magic = whole.substring(0, whole.indexOf('\n') + 1);
      JsonNode json = JSON.readTree(whole.substring(magic.length() + 65));
      String text = new JsonMutation(seed).of(json).toString();
      return magic + Sha256.of(text.getBytes(StandardCharsets.UTF_8)) + "\n" + text;
    }
    return new JsonMutation(seed).of(JSON.readTree(whole)).toString();
  }

  private static String sealed(JsonNode json) {
    CRC32C crc = new CRC32C();
    crc.update(json.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue()) + " " + json;
  }

  @Test
  void records() throws IOException {
    Path changed = directory.resolve("changed");
    survives(
        "record",
        changed,
        changed,
        Files.readString(record),
        file -> {
          Inspection.of(file);
          ReceiptText.json(Receipt.checks(file, GivenPaths.CLAIMED));
          compared(file, record);
        });
  }

  private static void compared(Path file, Path whole) {
    ReportPage.of(ComparedResults.read(List.of(file)));
    ComparedResults results = ComparedResults.read(List.of(file, whole));
    ReportPage.of(results);
    ComparisonText.of(results, 0.01, 3);
    ComparisonJson.of(results, 0.01, 3);
  }

  /// Records of a model against a reference.
  @Test
  void divergences() throws IOException {
    Path whole = directory.resolve("divergence");
    Path changed = directory.resolve("changed");
    SideRequest side =
        new SideRequest(
            MODEL, Optional.empty(), "cpu", new DeviceOptions(1, Optional.of("scalar")));
    try (DivergenceFiles files =
        new DivergenceFiles(Optional.empty(), Optional.empty(), Optional.of(whole), MODEL)) {
      files.begin(windows);
      DivergenceRequest request =
          new DivergenceRequest(
              new DivergenceRequest.Reference.Running(side),
              side,
              Optional.of(windows),
              OptionalInt.empty());
      files.commit(
          DivergenceRun.of(
              request,
              new DivergenceRun.Listener() {
                @Override
                public void note(String sentence) {}

                @Override
                public void window(WindowDivergence window, DivergenceTally tally, int total) {
                  files.add(window, tally);
                }
              }));
    }
    survives(
        "divergence",
        changed,
        changed,
        Files.readString(whole),
        file -> {
          Inspection.of(file);
          ReceiptText.json(Receipt.checks(file, GivenPaths.CLAIMED));
          compared(file, whole);
        });
  }

  @Test
  void results() throws IOException {
    Path changed = directory.resolve("changed");
    survives(
        "result",
        changed,
        changed,
        Files.readString(result),
        file -> {
          Inspection.of(file);
          ReceiptText.lines(Receipt.checks(file, GivenPaths.CLAIMED));
        });
  }

  @Test
  void origins() throws IOException {
    Path origin = WindowsOrigin.path(windows);
    survives(
        "origin",
        origin,
        origin,
        Files.readString(origin),
        file -> {
          Inspection.of(file);
          Inspection.of(windows);
          PerplexityRun.of(request(Optional.empty(), false), new Into(noFiles()));
        });
  }

  /// Whose numbers say how a text is cut anew.
  @Test
  void originsOfATextThatIsAtHand() throws IOException {
    Path text =
        Files.writeString(directory.resolve("text"), "A fog rose from the moor. ".repeat(9));
    Path cut = directory.resolve("cut");
    WindowsRequest.Size size =
        new WindowsRequest.Size(
            OptionalInt.of(16), OptionalInt.of(8), OptionalInt.empty(), OptionalInt.empty());
    WindowsRequest asked =
        new WindowsRequest(
            TestModels.NOVELLA,
            List.of(text),
            new Documents.RowText("text", "text"),
            Protocols.QUALCOMM_MLC,
            size,
            SpelledAs.IDS);
    WindowsRun.of(asked, cut, InputStream.nullInputStream(), _ -> {});
    Path origin = WindowsOrigin.path(cut);
    ObjectNode whole = (ObjectNode) JSON.readTree(origin.toFile());
    for (int[] sizes : new int[][] {{16, 17}, {1, 1}, {1 << 30, 1}, {Integer.MAX_VALUE, 1 << 30}}) {
      Files.writeString(
          origin, whole.deepCopy().put("window", sizes[0]).put("stride", sizes[1]).toString());
      assertThat(TokenizerExamination.of(TestModels.NOVELLA, Optional.of(cut))).isNotEmpty();
    }
    Files.writeString(origin, whole.deepCopy().put("text", "a\u0000b").toString());
    assertThat(TokenizerExamination.of(TestModels.NOVELLA, Optional.of(cut)))
        .anyMatch(line -> line.contains("not at hand"));
  }

  private ScoreFiles noFiles() {
    return new ScoreFiles(Optional.empty(), Optional.empty(), Optional.empty(), MODEL, windows);
  }

  @Test
  void journalsThatAreMerged() throws IOException {
    Path changed = directory.resolve("changed");
    Path target = directory.resolve("merged");
    survives(
        "journal",
        changed,
        changed,
        Files.readString(journal),
        file -> {
          Inspection.of(file);
          MergedRun run = MergedRun.of(List.of(file));
          run.result(new Into(noFiles()));
          try (ScoreFiles files =
              new ScoreFiles(
                  Optional.empty(), Optional.empty(), Optional.of(target), MODEL, windows)) {
            run.result(new Into(files));
            RecordFile.read(target);
          } catch (NonplusException sentence) {
            assertThat(sentence.getMessage()).contains(directory.toString());
          }
        });
  }

  @Test
  void journalsThatARunGoesOnFrom() throws IOException {
    Path changed = directory.resolve("changed");
    survives(
        "journal",
        changed,
        changed,
        Files.readString(journal),
        file -> {
          Request request = request(Optional.empty(), true);
          PerplexityRun.of(
              new Request(
                  request.model(),
                  request.wanted(),
                  request.library(),
                  request.context(),
                  request.device(),
                  request.options(),
                  request.input(),
                  request.windowsPerBatch(),
                  request.verify(),
                  new JournalPlace.Named(file),
                  request.shard()),
              new Into(noFiles()));
        });
  }

  @Test
  void libraries() throws IOException {
    ModelDirectory model = ModelDirectory.open(MODEL);
    Path library = directory.resolve("library");
    LibraryFile.write(
        library,
        Compiler.compile(
            model.model(), model.quantization(), "cpu", CompileOptions.SCORING, (_, _, _) -> {}));
    String whole = Files.readString(library);
    survives(
        "library",
        library,
        library,
        whole,
        file -> {
          Inspection.of(file);
          PerplexityRun.of(request(Optional.of(file), false), new Into(noFiles()));
        });
  }
}
