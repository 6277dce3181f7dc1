package io.github.nonplus.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class WindowsTest {
  private final Windows windows = Windows.of(new int[] {1, 2, 3}, new int[] {9, 4});

  @Test
  void windowsComeBackInOrder() {
    assertThat(windows.count()).isEqualTo(2);
    assertThat(windows.window(0)).containsExactly(1, 2, 3);
    assertThat(windows.window(1)).containsExactly(9, 4);
    assertThat(windows.length(1)).isEqualTo(2);
    assertThat(windows.id(1, 1)).isEqualTo(4);
  }

  @Test
  void wholeListIsSummedUp() {
    assertThat(windows.ids()).isEqualTo(5);
    assertThat(windows.longest()).isEqualTo(3);
    assertThat(windows.largestId()).isEqualTo(9);
    assertThat(Windows.of().largestId()).isEqualTo(-1);
  }

  @Test
  void windowIsCopiedToItsPlaceInABatch() {
    int[] batch = new int[4];
    windows.copy(1, batch, 1);
    assertThat(batch).containsExactly(0, 9, 4, 0);
  }

  @Test
  void idOfTheNextWindowIsOutOfReach() {
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> windows.id(0, 3));
  }

  @Test
  void windowWithoutIdsIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Windows.of(new int[] {1}, new int[0]));
  }
}
