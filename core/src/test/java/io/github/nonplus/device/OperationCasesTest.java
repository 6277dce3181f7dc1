package io.github.nonplus.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Adjust;
import io.github.nonplus.program.op.Adjustment;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.CodeScales;
import io.github.nonplus.program.op.Convolve;
import io.github.nonplus.program.op.Curve;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.op.FakeQuantize;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.Gather;
import io.github.nonplus.program.op.Mask;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Ranking;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.program.op.Scan;
import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.op.SelectKeys;
import io.github.nonplus.program.op.Spread;
import io.github.nonplus.program.op.Taps;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// An operation or a setting without a case cannot exist.
class OperationCasesTest {
  private static final List<OperationCase> CASES = OperationCases.all();

  @Test
  void everyOperationHasACase() {
    assertThat(CASES.stream().<Class<?>>map(each -> each.operation().getClass()))
        .containsAll(leaves(Operation.class).toList());
  }

  @Test
  void everyMaskFactorCurveScaleTapLawAndAdjustmentHasACase() {
    assertThat(of(Attend.class).<Class<?>>map(attend -> attend.mask().getClass()))
        .containsAll(leaves(Mask.class).toList());
    assertThat(of(Scale.class).<Class<?>>map(scale -> scale.factor().getClass()))
        .containsAll(leaves(Factor.class).toList());
    assertThat(of(Elementwise.class).<Class<?>>map(each -> each.curve().getClass()))
        .containsAll(leaves(Curve.class).toList());
    assertThat(of(FakeQuantize.class).<Class<?>>map(quantize -> quantize.scales().getClass()))
        .containsAll(leaves(CodeScales.class).toList());
    assertThat(of(Convolve.class).<Class<?>>map(convolve -> convolve.taps().getClass()))
        .containsAll(leaves(Taps.class).toList());
    assertThat(of(Scan.class).<Class<?>>map(scan -> scan.law().getClass()))
        .containsAll(leaves(ScanLaw.class).toList());
    assertThat(of(Adjust.class).<Class<?>>map(adjust -> adjust.law().getClass()))
        .containsAll(leaves(Adjustment.class).toList());
    assertThat(of(SelectKeys.class).<Class<?>>map(select -> select.ranking().getClass()))
        .containsAll(leaves(Ranking.class).toList());
  }

  @Test
  void everyLawOfRoutingHasACase() {
    assertThat(of(Route.class).map(Route::scoring)).contains(Route.Scoring.values());
    assertThat(of(Spread.class).map(Spread::take)).contains(Spread.Take.values());
    assertThat(of(Gather.class).map(Gather::put)).contains(Gather.Put.values());
  }

  @Test
  void everyActivationGatesAndStandsAlone() {
    assertThat(of(Gate.class).map(Gate::activation)).containsAll(List.of(Activation.values()));
    assertThat(
            of(Elementwise.class)
                .map(Elementwise::curve)
                .filter(Curve.Activated.class::isInstance)
                .map(curve -> ((Curve.Activated) curve).activation()))
        .containsAll(List.of(Activation.values()));
  }

  @Test
  void casesDiffer() {
    assertThat(CASES.stream().map(OperationCase::name)).doesNotHaveDuplicates();
  }

  private static <T> Stream<T> of(Class<T> operation) {
    return CASES.stream()
        .map(OperationCase::operation)
        .filter(operation::isInstance)
        .map(operation::cast);
  }

  /// The records below a sealed type.
  private static Stream<Class<?>> leaves(Class<?> sealed) {
    return sealed.isSealed()
        ? Arrays.stream(sealed.getPermittedSubclasses()).flatMap(OperationCasesTest::leaves)
        : Stream.of(sealed);
  }
}
