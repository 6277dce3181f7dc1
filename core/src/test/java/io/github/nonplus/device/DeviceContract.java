package io.github.nonplus.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.Compiler;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.weights.ModelWeights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What every device keeps. A device's test implements this with its name.
public interface DeviceContract {
  Path LLAMA = Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama");
  int TOKENS = 20;
  List<int[]> WINDOWS = List.of(new int[] {3, 1, 4, 1, 5}, new int[] {9, 2, 6}, new int[] {5, 3});

  /// The device's name.
  String device();

  /// Runs a function of the compiled model.
  private <T> T run(String function, Function<Executable, T> use) {
    return run(device(), DeviceOptions.defaults(), function, use);
  }

  private static <T> T run(
      String name, DeviceOptions options, String function, Function<Executable, T> use) {
    HuggingFaceDirectory model = HuggingFaceDirectory.read(LLAMA);
    ModelLibrary library =
        Compiler.compile(model.model(), "source", name, CompileOptions.SCORING, (_, _, _) -> {});
    try (Device device = Devices.open(name, options);
        ModelWeights weights = model.openWeights();
        Executable executable = device.load(library.functions().get(function), weights, TOKENS)) {
      return use.apply(executable);
    }
  }

  @Test
  default void scoresAreThoseOfTheDefinition() {
    Batch batch = Batch.scoring(WINDOWS);
    double[] expected =
        run(
            "cpu",
            new DeviceOptions(1, Optional.of("scalar")),
            ModelLibrary.SCORE,
            executable -> executable.score(batch));
    double[] found = run(ModelLibrary.SCORE, executable -> executable.score(batch));
    for (int row = 0; row < expected.length; row++) {
      // another order of float32 sums; the library's own float32 errs by 4.5e-6 on this model
      assertThat(found[row]).isCloseTo(expected[row], within(1e-5));
    }
  }

  @Test
  default void logitsOfSelectedRowsGiveTheScores() {
    Batch batch = Batch.scoring(WINDOWS);
    double[] scores = run(ModelLibrary.SCORE, executable -> executable.score(batch));
    float[] logits = run(ModelLibrary.PREFILL, executable -> executable.output(batch));
    int vocabulary = logits.length / scores.length;
    for (int row = 0; row < scores.length; row++) {
      double sum = 0;
      for (int id = 0; id < vocabulary; id++) {
        sum += Math.exp(logits[row * vocabulary + id]);
      }
      double expected = Math.log(sum) - logits[row * vocabulary + batch.targets()[row]];
      // float32 logits of up to 10 carry an error of about 5e-7
      assertThat(scores[row]).isCloseTo(expected, within(1e-6));
    }
  }

  @Test
  default void anyRangeOfLogitsIsThatOfTheWholeOutputToTheBit() {
    Batch batch = Batch.scoring(WINDOWS);
    float[] expected = run(ModelLibrary.PREFILL, executable -> executable.output(batch));
    int rows = batch.selected().length;
    run(
        ModelLibrary.SCORE,
        executable -> {
          int vocabulary = executable.vocabulary();
          assertThat(rows * vocabulary).isEqualTo(expected.length);
          executable.begin(batch);
          for (int from = rows; from >= 0; from--) {
            for (int to = from; to <= rows; to++) {
              float[] found = new float[(to - from) * vocabulary];
              executable.logits(from, to, found);
              assertThat(found)
                  .isEqualTo(Arrays.copyOfRange(expected, from * vocabulary, to * vocabulary));
            }
          }
          return null;
        });
  }

  @Test
  default void logitsFillNoMoreThanTheirRange() {
    run(
        ModelLibrary.SCORE,
        executable -> {
          int vocabulary = executable.vocabulary();
          float[] found = new float[2 * vocabulary + 1];
          Arrays.fill(found, Float.NaN);
          executable.begin(Batch.scoring(WINDOWS));
          executable.logits(3, 5, found);
          assertThat(Arrays.copyOf(found, 2 * vocabulary)).doesNotContain(Float.NaN);
          assertThat(found[2 * vocabulary]).isNaN();
          return null;
        });
  }

  @Test
  default void rangesThatABatchDoesNotHaveAreRefused() {
    run(
        ModelLibrary.SCORE,
        executable -> {
          float[] room = new float[2 * executable.vocabulary()];
          assertThatThrownBy(() -> executable.logits(0, 1, room))
              .isInstanceOf(IllegalStateException.class);
          executable.begin(Batch.scoring(WINDOWS));
          for (int[] range : new int[][] {{-1, 1}, {6, 8}, {2, 1}, {0, 3}}) {
            assertThatThrownBy(() -> executable.logits(range[0], range[1], room))
                .isInstanceOf(IndexOutOfBoundsException.class);
          }
          return null;
        });
  }

  @Test
  default void aWindowsScoresDoNotDependOnItsNeighbours() {
    double[] together =
        run(ModelLibrary.SCORE, executable -> executable.score(Batch.scoring(WINDOWS)));
    int at = 0;
    for (int[] window : WINDOWS) {
      double[] alone =
          run(ModelLibrary.SCORE, executable -> executable.score(Batch.scoring(List.of(window))));
      for (double score : alone) {
        assertThat(together[at++]).isEqualTo(score);
      }
    }
  }

  @Test
  default void aBatchMayBeGivenBeforeTheScoresOfTheLastOneAreTaken() {
    Batch first = Batch.scoring(WINDOWS);
    Batch second = Batch.scoring(WINDOWS.subList(1, 2));
    double[] expected = run(ModelLibrary.SCORE, executable -> executable.score(first));
    double[] small = run(ModelLibrary.SCORE, executable -> executable.score(second));
    run(
        ModelLibrary.SCORE,
        executable -> {
          var one = executable.scores(first);
          var two = executable.scores(second);
          assertThat(one.get()).isEqualTo(expected);
          var three = executable.scores(first);
          assertThat(two.get()).isEqualTo(small);
          assertThat(three.get()).isEqualTo(expected);
          return true;
        });
  }

  @Test
  default void onlyTheSelectedRowsAreComputedAndTheirBitsAreTheSame() {
    int[] ids = WINDOWS.getFirst();
    double[] all =
        run(ModelLibrary.SCORE, executable -> executable.score(Batch.scoring(List.of(ids))));
    Batch some = new Batch(ids, new int[] {0, 5}, new int[] {1, 3}, new int[] {ids[2], ids[4]});
    double[] chosen = run(ModelLibrary.SCORE, executable -> executable.score(some));
    assertThat(chosen).containsExactly(all[1], all[3]);
  }

  @Test
  default void anExecutableRunsBatchesOfDifferentSizesInAnyOrder() {
    Batch small = Batch.scoring(WINDOWS.subList(1, 2));
    Batch large = Batch.scoring(WINDOWS);
    double[] expected = run(ModelLibrary.SCORE, executable -> executable.score(small));
    double[] found =
        run(
            ModelLibrary.SCORE,
            executable -> {
              executable.score(large);
              return executable.score(small);
            });
    assertThat(found).isEqualTo(expected);
  }

  @Test
  default void aTraceShowsWhatOperationsWroteInTheirOrderAndAtLastTheScore() {
    Batch batch = Batch.scoring(WINDOWS);
    List<Observation> shown = run(ModelLibrary.SCORE, executable -> all(executable.trace(batch)));
    assertThat(shown.stream().map(Observation::index)).isSorted().doesNotHaveDuplicates();
    for (Observation each : shown.subList(0, shown.size() - 1)) {
      Observation.Written written = (Observation.Written) each;
      View view = written.operation().written().orElseThrow();
      int rows = batch.rows(view.buffer().rows());
      assertThat(written.values()).as(view.toString()).hasSize(rows * view.width());
    }
    double[] scores = run(ModelLibrary.SCORE, executable -> executable.score(batch));
    assertThat(((Observation.Scored) shown.getLast()).nll()).isEqualTo(scores);
  }

  @Test
  default void whatATraceShowsIsWhatTheDefinitionComputes() {
    Batch batch = Batch.scoring(WINDOWS);
    Map<Integer, Observation> expected =
        run(
                "cpu",
                new DeviceOptions(1, Optional.of("scalar")),
                ModelLibrary.SCORE,
                executable -> all(executable.trace(batch)))
            .stream()
            .collect(Collectors.toMap(Observation::index, each -> each));
    for (Observation each : run(ModelLibrary.SCORE, executable -> all(executable.trace(batch)))) {
      assertThat(each.operation()).isEqualTo(expected.get(each.index()).operation());
      if (each instanceof Observation.Written(_, Operation operation, float[] found)) {
        float[] values = ((Observation.Written) expected.get(each.index())).values();
        // another order of float32 sums of up to 128 numbers of about 1
        assertThat(found).as(operation.toString()).containsExactly(values, within(1e-4f));
      }
    }
  }

  @Test
  default void aTraceOfAProgramThatEndsInABufferShowsItLast() {
    Batch batch = Batch.scoring(WINDOWS);
    float[] output = run(ModelLibrary.PREFILL, executable -> executable.output(batch));
    List<Observation> shown = run(ModelLibrary.PREFILL, executable -> all(executable.trace(batch)));
    assertThat(((Observation.Written) shown.getLast()).values()).isEqualTo(output);
  }

  @Test
  default void aTraceIsOverWhenTheExecutableIsGivenAnotherBatch() {
    Batch batch = Batch.scoring(WINDOWS);
    assertThatThrownBy(
            () ->
                run(
                    ModelLibrary.SCORE,
                    executable -> {
                      Trace trace = executable.trace(batch);
                      trace.next();
                      executable.score(batch);
                      return trace.next();
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the trace is over");
  }

  private static List<Observation> all(Trace trace) {
    return Stream.generate(trace::next)
        .takeWhile(Optional::isPresent)
        .flatMap(Optional::stream)
        .toList();
  }

  @Test
  default void idsBeyondTheVocabularyAreRefused() {
    Batch batch = Batch.scoring(List.of(new int[] {3, 128}));
    assertThatThrownBy(() -> run(ModelLibrary.SCORE, executable -> executable.score(batch)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  default void moreTokensThanThereIsRoomForAreRefused() {
    Batch batch = Batch.scoring(List.of(new int[TOKENS + 1]));
    assertThatThrownBy(() -> run(ModelLibrary.SCORE, executable -> executable.score(batch)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
