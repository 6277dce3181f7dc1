package io.github.nonplus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.device.Arithmetic;
import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.Observation;
import io.github.nonplus.device.OnlyScores;
import io.github.nonplus.device.Trace;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.library.Function;
import io.github.nonplus.model.Model;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.passes.Passes;
import io.github.nonplus.weights.ModelWeights;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Devices that are right, wrong, and broken, held against the processors.
class VerificationTest {
  private static final HuggingFaceDirectory LLAMA =
      HuggingFaceDirectory.read(
          Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama"));
  private static final Function SCORE =
      Function.of(Passes.apply(LLAMA.model().program(Model.Output.SCORE), (_, _) -> {}));
  private static final Tolerance ESTIMATED = Tolerance.of(SCORE.program(), Arithmetic.FLOAT32, 8);
  private static final Tolerance NOTHING_ESTIMATED =
      new Tolerance(Collections.nCopies(ESTIMATED.own().size(), 0.0), ESTIMATED.own());
  private static final int[] WINDOW = {3, 1, 4, 1, 5, 9, 2, 6};
  private static final String UP = "model.layers.1.mlp.up_proj.weight";

  @Test
  void windowsAreSpreadFromTheFirstToTheLast() {
    assertThat(Verification.spread(100, 1)).containsExactly(0);
    assertThat(Verification.spread(100, 2)).containsExactly(0, 99);
    assertThat(Verification.spread(100, 4)).containsExactly(0, 33, 66, 99);
    assertThat(Verification.spread(3, 8)).containsExactly(0, 1, 2);
    assertThat(Verification.spread(Integer.MAX_VALUE, 3)[1]).isEqualTo(1073741823);
  }

  @Test
  void theSameArithmeticIsApartByNothing() {
    Verdict verdict = verdict(values -> values, device -> device);
    assertThat(verdict.operations())
        .hasSameSizeAs(SCORE.program().operations())
        .allMatch(operation -> operation.difference() == 0);
    assertThat(verdict.passedOver()).isEmpty();
    assertThat(verdict.windows()).containsExactly(8);
    assertThat(verdict.operations().getLast().operation()).isEqualTo("score");
  }

  /// One weight of 65,536 is off by a hundredth of the largest: no perplexity would tell.
  @Test
  void theOperationInWhichDevicesPartIsNamed() {
    assertThatThrownBy(() -> verdict(VerificationTest::oneWrong, device -> device))
        .isInstanceOf(DeviceException.class)
        .hasMessageStartingWith(
            "the device wrong differs from the device cpu from layer 1, operation matmul gate+up on"
                + " (by ")
        .hasMessageContaining(" of the row's largest number at window 8, token ")
        .hasMessageContaining("where rounding explains")
        .hasMessageEndingWith("update its driver, or use --device cpu");
  }

  @Test
  void aDifferenceWithinRoundingIsAgreementAndItsPlaceIsTold() {
    Verdict verdict = verdict(VerificationTest::oneRounded, device -> device);
    Verdict.Operation first =
        verdict.operations().stream().filter(each -> each.difference() > 0).findFirst().get();
    assertThat(first.layer()).isEqualTo(1);
    assertThat(first.operation()).isEqualTo("matmul gate+up");
    assertThat(first.difference()).isLessThan(first.allowed());
    assertThat(verdict.largestOfOperations().difference())
        .isGreaterThanOrEqualTo(first.difference());
  }

  /// As where a product of one column cancels: no estimate knows, the copies do.
  @Test
  void whereTheEstimateDoesNotSufficeWhatRoundingExplainsIsMeasured() {
    Verdict verdict = verdict(VerificationTest::oneRounded, device -> device, NOTHING_ESTIMATED);
    assertThat(verdict.measured()).containsExactly(8);
    assertThat(verdict.operations())
        .filteredOn(operation -> operation.difference() > 0)
        .isNotEmpty()
        .allSatisfy(
            operation -> {
              assertThat(operation.allowed()).isGreaterThan(operation.difference());
              assertThat(operation.allowed()).isLessThan(1e-3);
            });
    assertThatThrownBy(
            () -> verdict(VerificationTest::oneWrong, device -> device, NOTHING_ESTIMATED))
        .hasMessageContaining("from layer 1, operation matmul gate+up on");
    assertThat(verdict(VerificationTest::oneRounded, device -> device).measured()).isEmpty();
  }

  @Test
  void whatADevicePassesOverIsToldAndTheRestCompared() {
    UnaryOperator<Executable> fused =
        device -> showing(device, each -> !(each.operation() instanceof Norm));
    Verdict verdict = verdict(values -> values, fused);
    assertThat(verdict.passedOver())
        .contains("layer 0, operation norm attention.norm", "operation norm x.norm");
    assertThat(verdict.operations())
        .hasSize(SCORE.program().operations().size() - verdict.passedOver().size());
    assertThatThrownBy(() -> verdict(VerificationTest::oneWrong, fused))
        .hasMessageContaining("from layer 1, operation matmul gate+up on");
  }

  @Test
  void aNumberThatIsNotFiniteIsADifference() {
    assertThatThrownBy(() -> verdict(VerificationTest::overflowing, device -> device))
        .hasMessageContaining("from layer 1, operation matmul gate+up on")
        .hasMessageContaining("a number that is not finite");
  }

  @Test
  void theFirstNumberThatIsNotFiniteIsFound() {
    onCpu(
        VerificationTest::overflowing,
        device -> {
          FirstNonFinite first =
              FirstNonFinite.of(device, Batch.scoring(List.of(WINDOW))).orElseThrow();
          assertThat(first.place()).hasToString("layer 1, operation matmul gate+up");
          assertThat(first.token()).isZero();
          assertThat(first.value()).isInfinite();
        });
    onCpu(
        values -> values,
        device -> assertThat(FirstNonFinite.of(device, Batch.scoring(List.of(WINDOW)))).isEmpty());
  }

  @Test
  void aWindowThatComesOutOtherwiseInItsBatchIsRefused() {
    onTwo(
        values -> values,
        (device, reference) -> {
          Verification verification = verification(device, reference, ESTIMATED);
          verification.compare(7, Batch.scoring(List.of(WINDOW)));
          double[] nll = device.score(Batch.scoring(List.of(WINDOW)));
          assertThatCode(() -> verification.requireSame(7, nll)).doesNotThrowAnyException();
          nll[2] = Math.nextUp(nll[2]);
          assertThatCode(() -> verification.requireSame(6, nll)).doesNotThrowAnyException();
          assertThatThrownBy(() -> verification.requireSame(7, nll))
              .isInstanceOf(DeviceException.class)
              .hasMessageContaining("gave window 8, token 3 the negative log-likelihood " + nll[2])
              .hasMessageContaining("its results depend on chance");
        });
  }

  @Test
  void moreIsAllowedTheLaterAnOperationAndTheCoarserItsNumbers() {
    Tolerance fine = Tolerance.of(SCORE.program(), Arithmetic.FLOAT32, 256);
    Tolerance coarse = Tolerance.of(SCORE.program(), Arithmetic.FLOAT16, 256);
    assertThat(fine.allowed()).isSorted().startsWith(0.0);
    assertThat(fine.allowed().getLast()).isBetween(1e-5, 1e-3);
    // by √(2¹³ · 2¹³ · factors / (2 · terms))
    assertThat(coarse.allowed().getLast() / fine.allowed().getLast()).isBetween(100.0, 8192.0);
  }

  private static float[] oneWrong(float[] values) {
    float[] wrong = values.clone();
    wrong[wrong.length / 2] += 0.05f;
    return wrong;
  }

  private static float[] oneRounded(float[] values) {
    float[] rounded = values.clone();
    for (int i = 0; i < rounded.length; i += 7) {
      rounded[i] = Math.nextUp(rounded[i]);
    }
    return rounded;
  }

  private static float[] overflowing(float[] values) {
    float[] large = new float[values.length];
    for (int i = 0; i < large.length; i++) {
      large[i] = i % 2 == 0 ? Float.MAX_VALUE : -Float.MAX_VALUE;
    }
    return large;
  }

  /// What is said of a device whose weights are changed and whose trace is its own.
  private static Verdict verdict(UnaryOperator<float[]> change, UnaryOperator<Executable> device) {
    return verdict(change, device, ESTIMATED);
  }

  private static Verdict verdict(
      UnaryOperator<float[]> change, UnaryOperator<Executable> device, Tolerance tolerance) {
    Verdict[] verdict = new Verdict[1];
    onTwo(
        change,
        (wrong, right) -> {
          Verification verification = verification(device.apply(wrong), right, tolerance);
          verification.compare(7, Batch.scoring(List.of(WINDOW)));
          verdict[0] = verification.verdict();
        });
    return verdict[0];
  }

  private static Verification verification(
      Executable device, Executable reference, Tolerance tolerance) {
    return new Verification("wrong", SCORE.program(), device, "cpu", reference, tolerance);
  }

  private static void onTwo(UnaryOperator<float[]> change, BiConsumer<Executable, Executable> use) {
    onCpu(change, wrong -> onCpu(values -> values, right -> use.accept(wrong, right)));
  }

  private static void onCpu(UnaryOperator<float[]> change, Consumer<Executable> use) {
    try (Device device = Devices.open("cpu", new DeviceOptions(1, Optional.empty()));
        ModelWeights weights = new ChangedWeights(LLAMA.openWeights(), UP, change);
        Executable executable = device.load(SCORE, weights, 2 * WINDOW.length)) {
      use.accept(executable);
    }
  }

  /// A device that shows only some of what it computes.
  private static Executable showing(Executable device, Predicate<Observation> shown) {
    return new OnlyScores() {
      @Override
      public double[] score(Batch batch) {
        return device.score(batch);
      }

      @Override
      public Trace trace(Batch batch) {
        Trace all = device.trace(batch);
        return () -> {
          Optional<Observation> next = all.next();
          while (next.isPresent() && !shown.test(next.get())) {
            next = all.next();
          }
          return next;
        };
      }
    };
  }
}
