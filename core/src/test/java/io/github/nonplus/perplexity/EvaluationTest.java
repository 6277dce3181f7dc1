package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.corpus.Windows;
import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.OnlyScores;
import io.github.nonplus.failure.DeviceException;
import java.util.ArrayList;
import java.util.List;
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
  void aLossThatIsNoFiniteNumberStopsTheRunAndIsNamed() {
    Executable broken =
        new OnlyScores() {
          @Override
          public double[] score(Batch batch) {
            return new double[] {1, 2, 3, 4, Double.NaN, 6, 7};
          }
        };
    assertThatThrownBy(() -> Evaluation.ofTokens(WINDOWS, 100).run(broken, _ -> {}))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "window 3, token 2: the negative log-likelihood came out as NaN; the weights or the"
                + " device are broken");
  }
}
