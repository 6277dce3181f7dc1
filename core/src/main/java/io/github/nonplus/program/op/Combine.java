package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.function.UnaryOperator;

/// a · left + b · right, element by element; a factor of 1 multiplies nothing.
public record Combine(View left, double a, View right, double b, Buffer output) implements Writing {
  public Combine {
    Operation.require(left.width() == right.width() && left.width() == output.width(), left, right);
    Operation.requireFinite("a factor of a sum", a);
    Operation.requireFinite("a factor of a sum", b);
  }

  /// left + right.
  public static Combine sum(View left, View right, Buffer output) {
    return new Combine(left, 1, right, 1, output);
  }

  @Override
  public String verb() {
    return a == 1 && b == 1 ? "add" : "combine";
  }

  @Override
  public String text() {
    return "%s = %s%s + %s%s"
        .formatted(output, a == 1 ? "" : a + " * ", left, b == 1 ? "" : b + " * ", right);
  }

  @Override
  public List<Reading> readings() {
    return List.of(Reading.ownRow(left), Reading.ownRow(right));
  }

  @Override
  public List<View> replaceable() {
    return left.buffer().equals(right.buffer()) ? List.of() : List.of(left, right);
  }

  @Override
  public long terms(int window) {
    return 2;
  }

  @Override
  public int roundings() {
    return 0;
  }

  @Override
  public Combine withInputs(UnaryOperator<View> change) {
    return new Combine(change.apply(left), a, change.apply(right), b, output);
  }

  @Override
  public Combine withOutput(Buffer other) {
    return new Combine(left, a, right, b, other);
  }
}
