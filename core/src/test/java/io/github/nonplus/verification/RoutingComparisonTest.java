package io.github.nonplus.verification;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.Observation.Written;
import io.github.nonplus.program.op.Ranking;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.op.SelectKeys;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.RowSpace;
import org.junit.jupiter.api.Test;

/// Two devices that route alike, nearly alike, and otherwise.
class RoutingComparisonTest {
  private static final double ALLOWED = 1e-4;
  private static final Route ROUTE =
      new Route(
          new Buffer("logits", RowSpace.TOKENS, 6).view(),
          2,
          Route.Scoring.SOFTMAX,
          null,
          null,
          null,
          1,
          null,
          new Buffer("0.routing", RowSpace.TOKENS, 5));

  /// Two rows, the second with this margin.
  private static Written routed(float weight, float secondExpert, float margin) {
    float[] values = {0, 3, 0.7f, 0.2f, 0.1f, 1, secondExpert, weight, 0.3f, margin};
    return new Written(4, ROUTE, values);
  }

  private static RoutingComparison compare(Written found, Written expected) {
    return RoutingComparison.of(found, expected, ROUTE, ALLOWED, 7);
  }

  @Test
  void weightsOfTheSameExpertsAreCompared() {
    RoutingComparison same = compare(routed(0.5f, 4, 0.1f), routed(0.5f, 4, 0.2f));
    assertThat(same.difference().size()).isZero();
    assertThat(same.parted()).isEmpty();
    RoutingComparison apart = compare(routed(0.4f, 4, 0.1f), routed(0.5f, 4, 0.1f));
    assertThat(apart.difference().size()).isBetween(0.19, 0.21);
    assertThat(apart.difference().token()).isEqualTo(1);
  }

  @Test
  void otherExpertsWithinAMarginPartTheTwo() {
    RoutingComparison parted = compare(routed(0.1f, 5, 1e-5f), routed(0.5f, 4, 1e-5f));
    assertThat(parted.difference().size()).isZero();
    assertThat(parted.parted()).hasValue(1);
  }

  @Test
  void otherExpertsBeyondAnyRoundingAreADifference() {
    RoutingComparison wrong = compare(routed(0.5f, 5, 1e-5f), routed(0.5f, 4, 0.01f));
    assertThat(wrong.difference().size()).isGreaterThan(ALLOWED);
    assertThat(wrong.parted()).isEmpty();
  }

  private static final SelectKeys KEYS =
      new SelectKeys(
          new Ranking.OfKeys(new Buffer("ranks", RowSpace.TOKENS, 1).view()),
          3,
          new Buffer("0.keys", RowSpace.TOKENS, 4));

  /// Two rows, the second with this key and margin.
  private static Written keys(float key, float margin) {
    return new Written(4, KEYS, new float[] {0, 1, 2, Float.MAX_VALUE, 0, 2, key, margin});
  }

  @Test
  void keysAreChosenAlikeWhateverTheirMargins() {
    RoutingComparison same = RoutingComparison.of(keys(5, 0.1f), keys(5, 0.2f), KEYS, ALLOWED, 7);
    assertThat(same.difference().size()).isZero();
    assertThat(same.parted()).isEmpty();
  }

  @Test
  void otherKeysPartTheTwoWithinAMarginAndAreADifferenceBeyond() {
    Written found = keys(6, 0.01f);
    RoutingComparison parted = RoutingComparison.of(found, keys(5, 1e-5f), KEYS, ALLOWED, 7);
    assertThat(parted.difference().size()).isZero();
    assertThat(parted.parted()).hasValue(1);
    RoutingComparison wrong = RoutingComparison.of(found, keys(5, 0.01f), KEYS, ALLOWED, 7);
    assertThat(wrong.difference().size()).isGreaterThan(ALLOWED);
    assertThat(wrong.parted()).isEmpty();
  }
}
