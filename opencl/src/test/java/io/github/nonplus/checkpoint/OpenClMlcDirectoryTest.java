package io.github.nonplus.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.device.opencl.OpenClRequired;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Directories that MLC's own converter wrote with codes of other tools, on OpenCL.
class OpenClMlcDirectoryTest implements OpenClRequired {
  /// Of a token's loss: sums of float32 in another order.
  private static final double TOKEN = 5e-5;

  static List<MlcDirectoryGolden> goldens() throws IOException {
    return MlcDirectoryGolden.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("goldens")
  void everyTokenIsThatOfTheCpu(MlcDirectoryGolden golden) {
    List<double[]> expected = golden.losses("cpu", Optional.empty(), weights -> weights);
    List<double[]> found = golden.losses("opencl", Optional.of("portable-cpu"), weights -> weights);
    assertThat(found).hasSameSizeAs(expected);
    for (int w = 0; w < found.size(); w++) {
      assertThat(found.get(w)).containsExactly(expected.get(w), within(TOKEN));
    }
  }
}
