package io.github.nonplus.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.perplexity.PerplexityRun;
import io.github.nonplus.perplexity.Request;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.report.record.ResultJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file of windows over Spark gives the result of one machine.
class WindowsCommandTest {
  private static final Path MODEL = Path.of("../examples/novella-6m").toAbsolutePath();

  @TempDir Path directory;

  private record Silent() implements PerplexityRun.Listener {
    @Override
    public void note(String sentence) {}

    @Override
    public void window(WindowScore score, Tally tally, int total) {}
  }

  @Test
  void theResultIsThatOfOneMachineAndFinishedPartsAreNotComputedAgain() throws IOException {
    Random random = new Random(3);
    int[][] windows = new int[23][];
    for (int w = 0; w < windows.length; w++) {
      windows[w] = random.ints(2 + random.nextInt(60), 0, 4096).toArray();
    }
    Path file = WindowsFile.write(directory.resolve("w.windows"), Windows.of(windows)).path();
    Path journals = directory.resolve("journals");
    ObjectNode expected =
        ResultJson.tree(
            PerplexityRun.of(
                new Request(
                    MODEL,
                    Optional.empty(),
                    "cpu",
                    DeviceOptions.defaults(),
                    file,
                    OptionalInt.empty(),
                    OptionalInt.empty()),
                new Silent()));
    String[] command = {
      "calculate-perplexity",
      "--model",
      MODEL.toString(),
      "--input-path",
      file.toString(),
      "--journals",
      journals.toString(),
      "--parts",
      "5",
      "--json"
    };
    assertThat(exact(run("", command))).isEqualTo(exact(expected));
    Files.delete(journals.resolve("part-000002-of-000005.journal"));
    String[] again = {
      "calculate-perplexity",
      "--model",
      MODEL.toString(),
      "--input-path",
      file.toString(),
      "--journals",
      journals.toString(),
      "--json"
    };
    assertThat(exact(run("4 of 5 parts are in", again))).isEqualTo(exact(expected));
  }

  private ObjectNode run(String note, String... command) throws IOException {
    LocalSpark.open(directory);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out), new PrintWriter(err, true), command);
    assertThat(code).as(err.toString()).isZero();
    assertThat(err.toString()).contains(note);
    return (ObjectNode) new ObjectMapper().readTree(out.toString());
  }

  /// All but times, and how often it was begun.
  private static String exact(ObjectNode json) {
    ((ObjectNode) json.get("execution"))
        .remove(
            List.of(
                "started",
                "sessions",
                "seconds",
                "tokens_per_second",
                "peak_memory_bytes",
                "threads"));
    return json.toString();
  }
}
