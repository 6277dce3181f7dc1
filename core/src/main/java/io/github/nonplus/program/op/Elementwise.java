package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// The same function of each number.
public record Elementwise(View input, Curve curve, Buffer output) implements Writing {
  public Elementwise {
    Operation.require(input.width() == output.width(), input, output);
    Objects.requireNonNull(curve);
  }

  @Override
  public String verb() {
    return "apply";
  }

  @Override
  public String text() {
    return "%s = %s of %s".formatted(output, curve, input);
  }

  @Override
  public List<Reading> readings() {
    return List.of(Reading.ownRow(input));
  }

  @Override
  public List<Parameter> parameters() {
    return curve.parameters();
  }

  @Override
  public List<View> replaceable() {
    return List.of(input);
  }

  @Override
  public long terms(int window) {
    return 2;
  }

  @Override
  public int roundings() {
    return 1;
  }

  @Override
  public Elementwise withInputs(UnaryOperator<View> change) {
    return new Elementwise(change.apply(input), curve, output);
  }

  @Override
  public Elementwise withOutput(Buffer other) {
    return new Elementwise(input, curve, other);
  }
}
