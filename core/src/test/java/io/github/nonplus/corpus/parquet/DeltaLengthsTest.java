package io.github.nonplus.corpus.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DeltaLengthsTest {
  /// Blocks of 32 in four parts, five values of which the first is 1, and then differences of 8
  /// bits in the first part.
  private static final byte[] WHOLE = {32, 4, 5, 2, 0, 8, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0};

  @Test
  void eachIsTheOneBeforeAndADifference() {
    assertThat(DeltaLengths.read(ByteBuffer.wrap(WHOLE), 5)).containsExactly(1, 2, 4, 7, 11);
  }

  @Test
  void bytesThatEndAnywhereBeforeTheLastAreAnUnderflow() {
    for (int length = 0; length < WHOLE.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(WHOLE, length));
      assertThatThrownBy(() -> DeltaLengths.read(cut, 5))
          .as("%d bytes", length)
          .isInstanceOf(BufferUnderflowException.class);
    }
  }
}
