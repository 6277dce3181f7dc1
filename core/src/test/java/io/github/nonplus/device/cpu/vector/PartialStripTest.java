package io.github.nonplus.device.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.cpu.Kernels;
import io.github.nonplus.device.cpu.Products;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where of a strip only some tokens are wanted, those have the very bits that they have in a whole
/// strip, and no memory outside the strip is touched.
class PartialStripTest {
  private static final int INPUTS = 21;
  private static final int OUTPUTS = 19;
  private static final float UNTOUCHED = 1234.5f;

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void theWantedTokensHaveTheBitsOfAWholeStrip(int bits) {
    Kernels kernels = VectorKernels.of(bits);
    Products all = kernels.products();
    int width = kernels.stripWidth();
    int padded = Math.ceilDiv(OUTPUTS, all.tileOutputs()) * all.tileOutputs();
    float[] tiles = numbers(padded * INPUTS);
    float[] x = numbers(INPUTS * width);
    float[] begun = numbers(padded * width);
    for (boolean goesOn : new boolean[] {false, true}) {
      float[] whole = begun.clone();
      all.multiply(tiles, 0, INPUTS, OUTPUTS, x, 0, INPUTS, goesOn, whole, 0);
      for (int from = 0; from < width; from++) {
        for (int to = from + 1; to <= width; to++) {
          float[] out = new float[width + begun.length + width];
          Arrays.fill(out, UNTOUCHED);
          System.arraycopy(begun, 0, out, width, begun.length);
          all.ofTokens(from, to)
              .multiply(tiles, 0, INPUTS, OUTPUTS, x, 0, INPUTS, goesOn, out, width);
          for (int n = 0; n < OUTPUTS; n++) {
            assertThat(Arrays.copyOfRange(out, width + n * width + from, width + n * width + to))
                .as("tokens %d to %d, output %d, goes on: %s", from, to, n, goesOn)
                .isEqualTo(Arrays.copyOfRange(whole, n * width + from, n * width + to));
          }
          assertThat(Arrays.copyOf(out, width)).containsOnly(UNTOUCHED);
          assertThat(Arrays.copyOfRange(out, out.length - width, out.length))
              .containsOnly(UNTOUCHED);
        }
      }
    }
  }

  private static float[] numbers(int count) {
    Random random = new Random(count);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }
}
