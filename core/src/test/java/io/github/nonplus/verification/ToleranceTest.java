package io.github.nonplus.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.device.Arithmetic;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.CodeNumbers;
import io.github.nonplus.program.op.CodeScales;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.FakeQuantize;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is allowed where numbers become codes.
class ToleranceTest {
  private static final Buffer X = new Buffer("x", RowSpace.TOKENS, 8);
  private static final Buffer CODED = new Buffer("coded", RowSpace.TOKENS, 8);
  private static final Buffer OUT = new Buffer("out", RowSpace.TOKENS, 8);

  /// Int8 has a code for each 127th of the largest, E4M3 32 apart of 448, E2M1 2 of 6.
  @ParameterizedTest
  @CsvSource({"INT, 8, 0.00787", "FLOAT, 8, 0.0714", "FLOAT, 4, 0.3333"})
  void aWholeCodeAndNoMore(CodeNumbers.Kind kind, int bits, double code) {
    CodeNumbers codes = new CodeNumbers(kind, bits);
    CodeScales scales = new CodeScales.Largest(0, codes.most(), false);
    Program program =
        new Program(
            List.of(
                Embed.tokens(Parameter.matrix("table", 5, 8), X),
                FakeQuantize.of(X.view(), codes, scales, CODED),
                new Norm(CODED.view(), Norm.Kind.RMS, 1, null, null, 0, 1e-5, OUT)));
    List<Double> allowed = Tolerance.of(program, Arithmetic.FLOAT32, 64).allowed();
    assertThat(allowed.get(0)).isLessThan(1e-5);
    assertThat(allowed.get(1)).isCloseTo(code, within(1e-3 * code));
    assertThat(allowed.get(2)).isCloseTo(code, within(1e-3 * code));
  }
}
