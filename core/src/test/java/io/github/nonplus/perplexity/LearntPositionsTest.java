package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.GivenWeights;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.library.DeviceCode;
import io.github.nonplus.library.Function;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A model that has learnt six positions, of which its table holds two more.
class LearntPositionsTest {
  private static final Path MODEL =
      Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama");
  private static final int POSITIONS = 6;
  private static final int WIDTH = 4;
  private static final int VOCABULARY = 10;

  @TempDir Path directory;

  private static Function function(boolean scores) {
    Buffer token = new Buffer("token", RowSpace.TOKENS, WIDTH);
    Buffer place = new Buffer("place", RowSpace.TOKENS, WIDTH);
    Buffer sum = new Buffer("sum", RowSpace.TOKENS, WIDTH);
    Buffer selected = new Buffer("selected", RowSpace.SELECTED, WIDTH);
    Parameter positions = Parameter.matrix("positions", POSITIONS + 2, WIDTH);
    Linear head = Linear.of(Parameter.matrix("table", VOCABULARY, WIDTH));
    Operation last =
        scores
            ? Score.of(selected.view(), head)
            : MatMul.of(
                selected.view(),
                List.of(head),
                new Buffer("logits", RowSpace.SELECTED, VOCABULARY));
    return Function.of(
        new Program(
            List.of(
                Embed.tokens(head.weight(), token),
                new Embed(positions, Embed.Index.POSITION, 2, 1, place),
                Combine.sum(token.view(), place.view(), sum),
                new SelectRows(sum.view(), selected),
                last)));
  }

  private static ModelLibrary library(int contextWindow) {
    return new ModelLibrary(
        "test",
        "cpu",
        ModelLibrary.SOURCE_PRECISION,
        Map.of(),
        contextWindow,
        2048,
        Map.of(ModelLibrary.PREFILL, function(false), ModelLibrary.SCORE, function(true)),
        Map.of(),
        DeviceCode.NONE);
  }

  @Test
  void aProgramKnowsItsLongestWindow() {
    assertThat(function(true).program().longestWindow()).isEqualTo(POSITIONS);
  }

  @Test
  void aLongerWindowIsRefusedBeforeAnythingIsComputed() throws IOException {
    ScoringModel model =
        new ScoringModel(
            ScoringModel.open(MODEL, Optional.empty(), "cpu", _ -> {}).directory(),
            Optional.empty(),
            library(POSITIONS));
    Path file = directory.resolve("windows");
    Files.writeString(file, "1 2 3 4 5 6\n1 2 3 4 5 6 7\n");
    assertThatThrownBy(() -> model.requireScorable(WindowsFile.read(file)))
        .isInstanceOf(CorpusException.class)
        .hasMessage(
            "%s: line 2 is a window of 7 ids, the longest, but the model has learnt 6 positions; use shorter windows"
                .formatted(file));
  }

  @Test
  void noLibraryTakesLongerWindows() {
    assertThat(library(POSITIONS).contextWindow()).isEqualTo(POSITIONS);
    assertThatThrownBy(() -> library(POSITIONS + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a context window of 7, positions for 6");
  }

  @Test
  void noDeviceReadsBeyondTheTable() {
    GivenWeights weights =
        new GivenWeights()
            .withFloats("table", VOCABULARY, WIDTH)
            .withFloats("positions", POSITIONS + 2, WIDTH);
    try (Device device = Devices.open("cpu", DeviceOptions.defaults());
        Executable executable = device.load(function(true), weights, 20)) {
      assertThat(executable.score(Batch.scoring(List.of(new int[6], new int[6])))).hasSize(10);
      assertThatThrownBy(() -> executable.score(Batch.scoring(List.of(new int[7]))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a window of 7 tokens, positions for 6");
    }
  }
}
