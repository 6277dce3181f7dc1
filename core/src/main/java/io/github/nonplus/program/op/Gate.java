package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// activation(gate) · up, element by element.
public record Gate(View gate, View up, Activation activation, Buffer output) implements Writing {
  public Gate {
    Operation.require(gate.width() == up.width() && up.width() == output.width(), gate, up);
    Objects.requireNonNull(activation);
  }

  /// Whether the two parts of a product, and nothing else, are what it reads.
  public boolean gates(MatMul matmul) {
    int width = output.width();
    return matmul.parts().size() == 2
        && matmul.residual() == null
        && matmul.scale() == 1
        && gate.equals(new View(matmul.output(), 0, width))
        && up.equals(new View(matmul.output(), width, width));
  }

  @Override
  public boolean absorbs(Operation previous) {
    return previous instanceof MatMul matmul && gates(matmul);
  }

  @Override
  public String verb() {
    return "gate";
  }

  @Override
  public String text() {
    return "%s = %s(%s) * %s"
        .formatted(output, activation.name().toLowerCase(Locale.ROOT), gate, up);
  }

  @Override
  public List<Reading> readings() {
    return List.of(Reading.ownRow(gate), Reading.ownRow(up));
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
  public Gate withInputs(UnaryOperator<View> change) {
    return new Gate(change.apply(gate), change.apply(up), activation, output);
  }

  @Override
  public Gate withOutput(Buffer other) {
    return new Gate(gate, up, activation, other);
  }
}
