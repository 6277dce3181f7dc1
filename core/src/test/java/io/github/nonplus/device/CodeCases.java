package io.github.nonplus.device;

import io.github.nonplus.program.op.CodeNumbers;
import io.github.nonplus.program.op.CodeScales;
import io.github.nonplus.program.op.FakeQuantize;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.List;

/// Numbers as codes and back: each law of scales, with whole and floating-point numbers.
final class CodeCases {
  private static final int WIDTH = 96;
  private static final Buffer X = new Buffer("x", RowSpace.TOKENS, WIDTH + 5);
  private static final Buffer OUT = new Buffer("out", RowSpace.TOKENS, WIDTH);
  private static final Parameter SCALE = Parameter.vector("scale", 1);
  private static final Parameter ZERO = Parameter.vector("zero", 1);
  private static final Parameter UNIT = Parameter.vector("unit", 1);
  private static final Parameter UNITS = Parameter.vector("units", 1);

  private CodeCases() {}

  static List<OperationCase> all() {
    CodeNumbers int4 = new CodeNumbers(CodeNumbers.Kind.INT, 4);
    List<OperationCase> cases = new ArrayList<>();
    for (CodeNumbers codes : List.of(CodeNumbers.INT8, int4, CodeNumbers.E4M3, CodeNumbers.E2M1)) {
      cases.add(of(codes, new CodeScales.Stored(SCALE, null)));
      cases.add(of(codes, new CodeScales.Largest(0, codes.most(), false)));
      cases.add(of(codes, new CodeScales.Largest(32, codes.most(), true)));
    }
    cases.add(of(CodeNumbers.INT8, new CodeScales.Stored(SCALE, ZERO)));
    cases.add(of(CodeNumbers.INT8, new CodeScales.Largest(WIDTH, 127.5, false)));
    cases.add(of(CodeNumbers.INT8, new CodeScales.Range(0)));
    cases.add(of(int4, new CodeScales.Range(8)));
    cases.add(of(CodeNumbers.E2M1, new CodeScales.PowerOfTwo(32, 2)));
    cases.add(of(CodeNumbers.E4M3, new CodeScales.PowerOfTwo(32, 8)));
    cases.add(of(CodeNumbers.E2M1, new CodeScales.Local(16, UNITS, true)));
    cases.add(of(CodeNumbers.E2M1, new CodeScales.Local(16, UNIT, false)));
    return cases;
  }

  private static OperationCase of(CodeNumbers codes, CodeScales scales) {
    GivenWeights weights =
        new GivenWeights()
            .withVector(SCALE.name(), new float[] {0.037f})
            .withVector(ZERO.name(), new float[] {-19})
            .withVector(UNIT.name(), new float[] {0.0031f})
            .withVector(UNITS.name(), new float[] {331});
    View input = new View(X, 3, WIDTH);
    return OperationCases.of(X, weights, FakeQuantize.of(input, codes, scales, OUT));
  }
}
