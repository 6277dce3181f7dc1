package io.github.nonplus.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.program.op.Scan;
import io.github.nonplus.program.op.ScanLaw;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What every device keeps for recurrences over long windows: a state that goes through many
/// thousand tokens in float32 stays as near float64 as what is allowed for windows of some hundred.
///
/// Windows are as long as makes a test of some seconds; `-Dnonplus.window=32768` takes longer ones.
public interface LongScanContract {
  int TOKENS = Integer.getInteger("nonplus.window", 8_192);

  /// The definition of some sums over all tokens before, for each.
  int MOST_QUADRATIC = 2048;

  /// The device's name.
  String device();

  @TestFactory
  default Stream<DynamicTest> aStateStaysAsNearFloat64InALongWindowAsInAShortOne() {
    return Stream.concat(ScanCases.some().stream(), ScanCases.slow().stream())
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> check(each)));
  }

  private void check(OperationCase each) {
    boolean isQuadratic =
        each.operation() instanceof Scan scan && scan.law() instanceof ScanLaw.Weighted;
    int tokens = isQuadratic ? Math.min(TOKENS, MOST_QUADRATIC) : TOKENS;
    int[] ids = new Random(11).ints(tokens, 0, OperationCases.VOCABULARY).toArray();
    Batch batch = Batch.scoring(List.of(ids));
    double[] expected = new PlainOperations(each.weights(), batch).last(each.program());
    try (Device device = Devices.open(device(), new DeviceOptions(2, Optional.empty()))) {
      double[] found = each.on(device, batch);
      double tolerance = each.tolerance(expected, OperationCases.BATCH);
      assertThat(found).hasSameSizeAs(expected);
      double most = 0;
      for (int i = 0; i < found.length; i++) {
        most = Math.max(most, Math.abs(found[i] - expected[i]));
      }
      assertThat(most).as(each.name()).isCloseTo(0, within(tolerance));
    }
  }
}
