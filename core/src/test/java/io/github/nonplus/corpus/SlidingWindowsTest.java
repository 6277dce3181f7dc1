package io.github.nonplus.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Every window, written out.
class SlidingWindowsTest {
  @Test
  void tenTokensInWindowsOfFourEveryTwo() {
    assertThat(windows(4, 2, 10))
        .containsExactly("0 1 2 3", "2 3 4 5", "4 5 6 7", "6 7 8 9", "8 9");
  }

  @Test
  void severalWindowsAtTheEndAreShortWhereTheStrideIsLessThanHalf() {
    assertThat(windows(4, 1, 5)).containsExactly("0 1 2 3", "1 2 3 4", "2 3 4", "3 4", "4");
  }

  @Test
  void aStrideOfTheWindowLeavesNoOverlap() {
    assertThat(windows(3, 3, 8)).containsExactly("0 1 2", "3 4 5", "6 7");
  }

  @Test
  void lastWindowHoldsOneIdWhereOneTokenIsLeftOver() {
    assertThat(windows(4, 2, 9)).containsExactly("0 1 2 3", "2 3 4 5", "4 5 6 7", "6 7 8", "8");
  }

  @Test
  void textShorterThanTheWindowIsStillCutEveryStride() {
    assertThat(windows(8, 4, 3)).containsExactly("0 1 2");
    assertThat(windows(8, 4, 6)).containsExactly("0 1 2 3 4 5", "4 5");
  }

  @Test
  void noTokensMakeNoWindows() {
    assertThat(windows(4, 2, 0)).isEmpty();
  }

  @Test
  void everyLengthAgreesWithTheDefinition() {
    for (int window = 2; window <= 6; window++) {
      for (int stride = 1; stride <= window; stride++) {
        for (int tokens = 0; tokens <= 20; tokens++) {
          List<String> expected = new ArrayList<>();
          for (int start = 0; start < tokens; start += stride) {
            expected.add(line(start, Math.min(start + window, tokens)));
          }
          assertThat(windows(window, stride, tokens)).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void windowOfTheLargestSizeDoesNotOverflow() {
    Windows windows = new SlidingWindows(Integer.MAX_VALUE, 2).over(new int[] {5, 6, 7});
    assertThat(windows.window(1)).containsExactly(7);
  }

  @Test
  void originalIsAWindowOf256Every128() {
    assertThat(SlidingWindows.ORIGINAL).isEqualTo(new SlidingWindows(256, 128));
  }

  @Test
  void windowThatScoresNothingIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SlidingWindows(1, 1))
        .withMessage("the window is 1, at least 2 expected");
  }

  @Test
  void strideThatLeavesTokensOutIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SlidingWindows(4, 5))
        .withMessage("the stride is 5, expected 1 to 4 (the window)");
    assertThatIllegalArgumentException().isThrownBy(() -> new SlidingWindows(4, 0));
  }

  private static List<String> windows(int window, int stride, int tokens) {
    Windows windows = new SlidingWindows(window, stride).over(IntStream.range(0, tokens).toArray());
    return IntStream.range(0, windows.count()).mapToObj(i -> line(windows.window(i))).toList();
  }

  private static String line(int from, int to) {
    return line(IntStream.range(from, to).toArray());
  }

  private static String line(int[] ids) {
    return String.join(" ", IntStream.of(ids).mapToObj(Integer::toString).toList());
  }
}
