package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FillingTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 31, 32, 33, 1000})
  void soManyNumbersAreSetAndNoOthers(int count) {
    float[] expected = new float[count + 20];
    Arrays.fill(expected, 10, 10 + count, -0f);
    float[] numbers = new float[count + 20];
    Filling.fill(numbers, 10, count, -0f);
    assertThat(numbers).containsExactly(expected);
  }
}
