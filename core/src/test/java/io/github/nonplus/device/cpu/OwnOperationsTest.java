package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.cpu.vector.VectorKernels;
import io.github.nonplus.library.Function;
import io.github.nonplus.perplexity.Fixture;
import io.github.nonplus.perplexity.ScoringModel;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Gather;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.op.Spread;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The operations of its own that a model is warmed up with.
class OwnOperationsTest {
  static List<String> fixtures() throws IOException {
    return Fixture.names();
  }

  private static Function function(String fixture) throws IOException {
    return ScoringModel.open(Fixture.named(fixture).model(), Optional.empty(), "cpu", _ -> {})
        .score();
  }

  private static List<Operation> own(String fixture) throws IOException {
    return OwnOperations.of(function(fixture).program().operations());
  }

  /// The warm-up runs them in a thread of its own, where a failure would go unnoticed.
  @ParameterizedTest
  @MethodSource("fixtures")
  void thoseOfEveryFamilyRun(String fixture) throws IOException {
    OwnOperations.of(function(fixture), VectorKernels.of(128)).orElseThrow().run(2, () -> false);
  }

  @Test
  void aModelTooWideForAnyMemoryHasNone() {
    Buffer x = new Buffer("x", RowSpace.TOKENS, Integer.MAX_VALUE);
    Program wide = new Program(List.of(Embed.tokens(Parameter.matrix("table", 2, x.width()), x)));
    assertThat(OwnOperations.of(Function.of(wide), VectorKernels.of(128))).isEmpty();
  }

  @Test
  void ofEachThereIsOneWithAllRowsAndOneWithTheSelected() throws IOException {
    assertThat(own("gpt2"))
        .filteredOn(Attend.class::isInstance)
        .extracting(each -> each.result().orElseThrow().rows())
        .containsExactly(RowSpace.TOKENS, RowSpace.SELECTED);
    assertThat(own("gpt2")).filteredOn(SelectRows.class::isInstance).hasSize(1);
  }

  @Test
  void normsHaveTheSettingsOfTheModel() throws IOException {
    assertThat(own("gpt2"))
        .filteredOn(Norm.class::isInstance)
        .isNotEmpty()
        .allSatisfy(norm -> assertThat(((Norm) norm).kind()).isEqualTo(Norm.Kind.LAYER));
  }

  @Test
  void aLargeHeadIsCutToItsFirstTokens() {
    Buffer x = new Buffer("x", RowSpace.SELECTED, 1024);
    Linear head = Linear.of(Parameter.matrix("head", 100_000, 1024));
    List<Operation> own = OwnOperations.of(List.of(new Score(x.view(), head, 0.5, 30)));
    Linear small = Linear.of(Parameter.matrix("head", 256, 1024));
    assertThat(own).containsExactly(new Score(x.view(), small, 0.5, 30));
  }

  /// Rows are spread and gathered once for all rows and once for the selected ones.
  @Test
  void routedRowsAreAmongThemWithTheirSpread() throws IOException {
    List<Operation> all = function("mixtral").program().operations();
    List<Operation> own = own("mixtral");
    assertThat(all).filteredOn(Spread.class::isInstance).hasSizeGreaterThan(1);
    assertThat(own)
        .filteredOn(Spread.class::isInstance)
        .extracting(each -> ((Spread) each).input().buffer().rows())
        .containsExactly(RowSpace.TOKENS, RowSpace.SELECTED);
    assertThat(own).filteredOn(Gather.class::isInstance).hasSize(2);
  }
}
