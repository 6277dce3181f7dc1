package io.github.nonplus.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.RequestException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Devices by name, and batches.
class DevicesTest {
  @Test
  void anUnknownNameIsAnsweredWithWhatThereIs() {
    assertThatThrownBy(() -> Devices.requireKnown("gpu"))
        .isInstanceOf(RequestException.class)
        .hasMessage("unknown device 'gpu'; there are cpu, null; did you mean cpu?");
  }

  @Test
  void aScoringBatchSelectsEveryRowButTheLastOfAWindow() {
    Batch batch = Batch.scoring(List.of(new int[] {7, 8, 9}, new int[] {5, 6}));
    assertThat(batch.ids()).containsExactly(7, 8, 9, 5, 6);
    assertThat(batch.starts()).containsExactly(0, 3, 5);
    assertThat(batch.selected()).containsExactly(0, 1, 3);
    assertThat(batch.targets()).containsExactly(8, 9, 6);
  }

  @Test
  void aWindowOfOneIdHasNothingToScore() {
    assertThatThrownBy(() -> Batch.scoring(List.of(new int[] {7})))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
