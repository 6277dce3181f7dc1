package io.github.nonplus.device.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.cpu.Kernels;
import io.github.nonplus.device.cpu.PairSums;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Vector sums over two rows are the scalar ones, to the last bit.
class VectorPairSumsTest {
  private static final PairSums SCALAR = Kernels.scalar().pairs();
  private static final int[] COUNTS = {1, 3, 15, 16, 17, 31, 32, 33, 100, 257};
  private static final int PAD = 3;

  private final Random random = new Random(11);

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void sumsAreTheScalarOnes(int bits) {
    PairSums vector = VectorKernels.of(bits).pairs();
    for (int count : COUNTS) {
      for (float spread : new float[] {0.1f, 10, 1000}) {
        float[] x = logits(count, spread);
        float[] y = logits(count, spread);
        float xMax = SCALAR.max(x, PAD, count);
        float yMax = SCALAR.max(y, PAD, count);
        assertThat(vector.max(x, PAD, count)).isEqualTo(xMax);
        double[] expected = new double[PairSums.COUNT];
        SCALAR.sum(x, PAD, xMax, y, PAD, yMax, count, expected);
        double[] found = new double[PairSums.COUNT];
        vector.sum(x, PAD, xMax, y, PAD, yMax, count, found);
        assertThat(found).as("%d logits, spread %s", count, spread).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void aLogitThatIsNoNumberIsSeen(int bits) {
    for (int at = 0; at < 150; at++) {
      float[] x = logits(150, 1);
      x[PAD + at] = Float.NaN;
      assertThat(VectorKernels.of(bits).pairs().max(x, PAD, 150)).isNaN();
      assertThat(SCALAR.max(x, PAD, 150)).isNaN();
    }
  }

  private float[] logits(int count, float spread) {
    float[] logits = new float[count + PAD];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) random.nextGaussian() * spread;
    }
    return logits;
  }
}
