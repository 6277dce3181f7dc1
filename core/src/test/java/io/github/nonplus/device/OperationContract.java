package io.github.nonplus.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.program.op.Score;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What every device keeps for each operation as it may be set: numbers within float32's error of
/// the scalar definition, and bits of a window that do not depend on its neighbours.
public interface OperationContract {
  /// The device's name.
  String device();

  /// The kernels that are held to it, and the cases for each.
  Stream<Held> held();

  /// Kernels and what they are to compute.
  record Held(String kernels, List<OperationCase> cases) {}

  /// How far a number may be from the definition's, given what float32 allows.
  default double allowed(double tolerance) {
    return tolerance;
  }

  @TestFactory
  default Stream<DynamicContainer> everyOperationEqualsTheDefinition() {
    return held()
        .map(
            held ->
                DynamicContainer.dynamicContainer(
                    held.kernels(),
                    held.cases().stream()
                        .map(
                            each ->
                                DynamicTest.dynamicTest(each.name(), () -> check(held, each)))));
  }

  private void check(Held held, OperationCase each) {
    try (Device device = Devices.open(device(), new DeviceOptions(2, Optional.of(held.kernels())));
        Device scalar = Devices.open("cpu", new DeviceOptions(1, Optional.of("scalar")))) {
      Batch batch = OperationCases.BATCH;
      double[] found = each.on(device, batch);
      requireClose(each, batch, found, each.on(scalar, batch));
      if (each.operation() instanceof Score) {
        requireClose(each, batch, each.logits(device, batch), each.logits(scalar, batch));
      }
      requireAlone(each, device, found);
    }
  }

  private void requireClose(OperationCase each, Batch batch, double[] found, double[] expected) {
    double tolerance = allowed(each.tolerance(expected, batch));
    assertThat(found).hasSameSizeAs(expected).isNotEmpty();
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).as("%s, number %d", each, i).isCloseTo(expected[i], within(tolerance));
    }
  }

  /// The last window by itself, where it was last of four.
  private static void requireAlone(OperationCase each, Device device, double[] together) {
    int[] starts = OperationCases.BATCH.starts();
    int[] last =
        Arrays.copyOfRange(
            OperationCases.BATCH.ids(), starts[starts.length - 2], starts[starts.length - 1]);
    double[] alone = each.on(device, Batch.scoring(List.of(last)));
    assertThat(Arrays.copyOfRange(together, together.length - alone.length, together.length))
        .as("%s, a window alone", each)
        .isEqualTo(alone);
  }
}
