package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.corpus.Windows;
import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.Observation;
import io.github.nonplus.device.OnlyScores;
import io.github.nonplus.device.Trace;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// How windows become batches, and scores windows again.
class EvaluationTest {
  private static final Windows WINDOWS =
      Windows.of(new int[] {1, 2, 3}, new int[] {4, 5}, new int[] {6, 7, 8, 9}, new int[] {10, 11});

  /// Says of each token that its loss is its id, and remembers the batches.
  private static final class Echo extends OnlyScores {
    final List<Batch> batches = new ArrayList<>();

    @Override
    public double[] score(Batch batch) {
      batches.add(batch);
      return java.util.Arrays.stream(batch.targets()).asDoubleStream().toArray();
    }
  }

  private static List<double[]> run(Evaluation evaluation, Echo echo) {
    List<double[]> scores = new ArrayList<>();
    evaluation.run(echo, score -> scores.add(score.tokenNll()));
    return scores;
  }

  @Test
  void everyIdButTheFirstOfAWindowIsScored() {
    List<double[]> scores = run(Evaluation.ofTokens(WINDOWS, 100), new Echo());
    assertThat(scores)
        .containsExactly(
            new double[] {2, 3}, new double[] {5}, new double[] {7, 8, 9}, new double[] {11});
  }

  @Test
  void aBatchTakesWindowsUntilItsTokensAreSpent() {
    Echo echo = new Echo();
    run(Evaluation.ofTokens(WINDOWS, 5), echo);
    assertThat(echo.batches).extracting(Batch::tokens).containsExactly(5, 4, 2);
    assertThat(Evaluation.ofTokens(WINDOWS, 5).largestBatch()).isEqualTo(5);
  }

  @Test
  void aWindowLongerThanABatchRunsAlone() {
    Echo echo = new Echo();
    run(Evaluation.ofTokens(WINDOWS, 2), echo);
    assertThat(echo.batches).extracting(Batch::tokens).containsExactly(3, 2, 4, 2);
  }

  @Test
  void aBatchCanBeCountedInWindows() {
    Echo echo = new Echo();
    run(Evaluation.ofWindows(WINDOWS, 3), echo);
    assertThat(echo.batches).extracting(Batch::windows).containsExactly(3, 1);
  }

  @Test
  void aLossThatIsNoFiniteNumberStopsTheRunAndNamesTheOperation() {
    Operation norm =
        Norm.rms(
            new Buffer("4.x", RowSpace.TOKENS, 2).view(),
            Parameter.vector("norm", 2),
            1e-5,
            new Buffer("4.attention.norm", RowSpace.TOKENS, 2));
    float[] values = {1, 2, 3, 4, 5, Float.POSITIVE_INFINITY, 7, Float.NaN};
    assertThatThrownBy(() -> run(new Observation.Written(3, norm, values)))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "window 3, token 2: layer 4, operation norm attention.norm came out as Infinity, the"
                + " first number that is not finite; on the device cpu, the model's numbers go beyond"
                + " float32 (try hf-calculate-perplexity --precision float64); on another one,"
                + " --device cpu tells whether the device is broken");
  }

  @Test
  void aLossThatIsNoFiniteNumberOnceIsCalledChance() {
    Operation score =
        Embed.tokens(Parameter.matrix("table", 3, 2), new Buffer("x", RowSpace.TOKENS, 2));
    assertThatThrownBy(() -> run(new Observation.Scored(9, score, new double[] {1, 2, 3})))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "window 3, token 2: the negative log-likelihood came out as NaN, but not again when the"
                + " window ran alone: the device's results depend on chance; update its driver, or"
                + " use --device cpu");
  }

  /// Scores that are broken at the second token of the third window, and what a trace of it shows.
  private static void run(Observation shown) {
    Executable broken =
        new OnlyScores() {
          @Override
          public double[] score(Batch batch) {
            return new double[] {1, 2, 3, 4, Double.NaN, 6, 7};
          }

          @Override
          public Trace trace(Batch batch) {
            assertThat(batch.ids()).containsExactly(6, 7, 8, 9);
            Iterator<Observation> all = List.of(shown).iterator();
            return () -> all.hasNext() ? Optional.of(all.next()) : Optional.empty();
          }
        };
    Evaluation.ofTokens(WINDOWS, 100).run(broken, _ -> {});
  }
}
