package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.failure.JournalException;
import io.github.nonplus.journal.Shard;
import io.github.nonplus.report.record.ResultJson;
import io.github.nonplus.scoring.Scorer;
import io.github.nonplus.scoring.ScorerRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Parts that others computed are joined to the result of one run.
class DividedRunTest {
  private static final Path MODEL = Path.of("../examples/novella-6m");

  @TempDir Path directory;

  private WindowsFile windows() {
    int[][] windows = new int[7][];
    for (int w = 0; w < windows.length; w++) {
      windows[w] = new int[3 + 5 * w];
      for (int i = 0; i < windows[w].length; i++) {
        windows[w][i] = (31 * w + 7 * i * i + 3) % 4000;
      }
    }
    return WindowsFile.write(directory.resolve("w.windows"), Windows.of(windows));
  }

  @Test
  void theResultIsThatOfOneRun() {
    WindowsFile file = windows();
    Result whole =
        PerplexityRun.of(
            new Request(
                MODEL,
                Optional.empty(),
                "cpu",
                DeviceOptions.defaults(),
                file.path(),
                OptionalInt.empty(),
                OptionalInt.empty()),
            new Silent());
    try (Scorer scorer = Scorer.open(ScorerRequest.of(MODEL), note -> {})) {
      DividedRun run = DividedRun.of(scorer.model(), scorer.weights(), file, 3, note -> {});
      List<Path> journals = new ArrayList<>();
      for (int part = 3; part >= 1; part--) {
        Shard shard = new Shard(part, 3);
        Path journal = directory.resolve(part + ".journal");
        Windows its = file.windows().slice(shard.first(7), shard.end(7));
        run.write(journal, shard, scorer.machine(), 0.5, scorer.score(its));
        assertThat(run.isFinished(journal, shard, scorer.machine())).isTrue();
        journals.add(journal);
      }
      Result joined = MergedRun.of(journals).result(new Silent());
      assertThat(joined.execution().seconds()).isEqualTo(1.5);
      assertThat(exact(joined)).isEqualTo(exact(whole));
      assertThatThrownBy(
              () -> run.isFinished(journals.getFirst(), new Shard(1, 3), scorer.machine()))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining("is the journal of another run (part: 1/3 here, 3/3 there)");
    }
  }

  /// All but times, and what tells machines.
  private static ObjectNode exact(Result result) {
    ObjectNode json = ResultJson.tree(result);
    ((ObjectNode) json.get("execution"))
        .remove(
            List.of("started", "sessions", "seconds", "tokens_per_second", "peak_memory_bytes"));
    return json;
  }

  @Test
  void morePartsThanWindowsAreRefused() {
    WindowsFile file = windows();
    try (Scorer scorer = Scorer.open(ScorerRequest.of(MODEL), note -> {})) {
      assertThatThrownBy(() -> DividedRun.of(scorer.model(), scorer.weights(), file, 8, note -> {}))
          .isInstanceOf(CorpusException.class)
          .hasMessageContaining("has 7 windows, too few for 8 parts");
    }
  }

  private record Silent() implements PerplexityRun.Listener {
    @Override
    public void note(String sentence) {}

    @Override
    public void window(WindowScore score, Tally tally, int total) {}
  }
}
