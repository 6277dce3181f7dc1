package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.function.UnaryOperator;

/// Each number times a factor.
public record Scale(View input, Factor factor, Buffer output) implements Writing {
  public Scale {
    Operation.require(input.width() == output.width(), input, output);
    Operation.require(factor.fits(input.width()), factor, input);
  }

  @Override
  public String verb() {
    return "scale";
  }

  @Override
  public String text() {
    return "%s = %s * (%s)".formatted(output, input, factor);
  }

  @Override
  public List<Reading> readings() {
    return List.of(factor.dependsOnPosition() ? Reading.allRows(input) : Reading.ownRow(input));
  }

  @Override
  public List<Parameter> parameters() {
    return factor.parameters();
  }

  @Override
  public List<View> replaceable() {
    return List.of(input);
  }

  @Override
  public long terms(int window) {
    return 1;
  }

  @Override
  public int roundings() {
    return 1;
  }

  @Override
  public Scale withInputs(UnaryOperator<View> change) {
    return new Scale(change.apply(input), factor, output);
  }

  @Override
  public Scale withOutput(Buffer other) {
    return new Scale(input, factor, other);
  }
}
