package io.github.nonplus.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.cpu.vector.VectorKernels;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Vectors give the definition's bits; the definition itself is within float32's error of the
/// operations in float64.
class CpuOperationsTest implements OperationContract {
  @Override
  public String device() {
    return "cpu";
  }

  /// Vectors as long as the processor has.
  @Override
  public Stream<Held> held() {
    return IntStream.of(128, 256, 512)
        .filter(bits -> bits <= VectorKernels.longest())
        .mapToObj(bits -> new Held("" + bits, OperationCases.all()));
  }

  @Override
  public double allowed(double tolerance) {
    return 0;
  }

  static Stream<OperationCase> cases() {
    return OperationCases.all().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theDefinitionIsWhatItsWordsSay(OperationCase each) {
    Batch batch = OperationCases.BATCH;
    try (Device scalar = Devices.open("cpu", new DeviceOptions(1, Optional.of("scalar")))) {
      double[] found = each.on(scalar, batch);
      double[] expected = new PlainOperations(each.weights(), batch).last(each.program());
      double tolerance = each.tolerance(expected, batch);
      assertThat(found).hasSameSizeAs(expected).isNotEmpty();
      for (int i = 0; i < found.length; i++) {
        assertThat(Math.abs(found[i] - expected[i]))
            .as("number %d: %s, expected %s", i, found[i], expected[i])
            .isLessThanOrEqualTo(tolerance);
      }
    }
  }
}
