package io.github.nonplus.device.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.cpu.Kernels;
import io.github.nonplus.device.cpu.Memories;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A memory has the scalar one's bits, however many of its tokens and columns are computed
/// together.
class VectorMemoriesTest {
  private static final int ROWS = 5;

  /// The block begins after other columns, and a token's keys are some of several heads'.
  private static final int COLUMN = 16;

  private static final int KEY_AT = 3;
  private static final int KEY_STRIDE = 11;

  private final Random random = new Random(7);

  private float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextFloat() * 2 - 1;
    }
    return numbers;
  }

  @ParameterizedTest
  @CsvSource({"128,false", "128,true", "256,false", "256,true", "512,false", "512,true"})
  void aMemoryIsTheScalarOne(int bits, boolean corrects) {
    for (int columns : new int[] {16, 32, 48, 64, 80}) {
      for (int count = 1; count <= 9; count++) {
        int width = COLUMN + columns;
        float[] keys = numbers(KEY_AT + count * KEY_STRIDE);
        Memories.Tokens tokens =
            new Memories.Tokens(
                count,
                ROWS,
                width,
                numbers(count * ROWS),
                numbers(count * ROWS),
                keys,
                numbers(keys.length),
                KEY_AT,
                KEY_STRIDE,
                numbers(count * width),
                numbers(count),
                new float[count * width]);
        float[] state = numbers(ROWS * columns);
        float[] expected = state.clone();
        Kernels.scalar().memories().remember(expected, 0, columns, COLUMN, tokens, corrects);
        float[] sums = tokens.out().clone();
        Arrays.fill(tokens.out(), 0);
        VectorKernels.of(bits).memories().remember(state, 0, columns, COLUMN, tokens, corrects);
        assertThat(state).as("state of %d columns", columns).isEqualTo(expected);
        assertThat(tokens.out()).as("%d tokens of %d columns", count, columns).isEqualTo(sums);
      }
    }
  }
}
