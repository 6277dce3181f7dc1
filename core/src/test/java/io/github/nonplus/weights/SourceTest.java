package io.github.nonplus.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Which of several ways to store a parameter is taken.
class SourceTest {
  private static final Source ALONE = Source.stored("experts.0.down", 8, 4);
  private static final Source INPUTS_FIRST =
      Source.stored("experts.down", 2, 4, 8).rows(0, 4).transposed();
  private static final Source OUTPUTS_FIRST = Source.stored("experts.down", 2, 8, 4).rows(0, 8);
  private static final Source ANY = ALONE.or(INPUTS_FIRST.or(OUTPUTS_FIRST));

  private static Source resolved(Source source, Map<String, Source> stored) {
    Predicate<Source.Stored> fits = tensor -> tensor.equals(stored.get(tensor.name()));
    return source.resolved(stored::containsKey, fits);
  }

  @Test
  void theFirstOfThoseThatAreThere() {
    Source stack = Source.stored("experts.down", 2, 4, 8);
    assertThat(resolved(ANY, Map.of("experts.0.down", ALONE))).isEqualTo(ALONE);
    assertThat(resolved(ANY, Map.of("experts.0.down", ALONE, "experts.down", stack)))
        .isEqualTo(ALONE);
    assertThat(resolved(ANY, Map.of("experts.down", stack))).isEqualTo(INPUTS_FIRST);
    assertThat(resolved(ANY, Map.of())).isEqualTo(ALONE);
  }

  @Test
  void ofTensorsWithOneNameThatOfTheStoredShape() {
    Source stack = Source.stored("experts.down", 2, 8, 4);
    assertThat(resolved(ANY, Map.of("experts.down", stack))).isEqualTo(OUTPUTS_FIRST);
  }

  /// So that the sentence about it names a tensor that is there.
  @Test
  void theFirstThatIsThereIfNoShapeFits() {
    Source stack = Source.stored("experts.down", 2, 5, 5);
    assertThat(resolved(ANY, Map.of("experts.down", stack))).isEqualTo(INPUTS_FIRST);
  }

  @Test
  void theFirstThatIsThereWhereShapesAreNotKnown() {
    assertThat(ANY.resolved("experts.down"::equals)).isEqualTo(INPUTS_FIRST);
  }
}
