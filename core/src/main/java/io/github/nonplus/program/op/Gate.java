package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// activation(gate) · up, element by element; with a limit, activation(min(gate, limit)) · (offset
/// + the nearest number to up from −limit to limit).
///
/// @param gate as many columns as the others have, or one for all of them
/// @param limit 0 for none
/// @param offset 0 without a limit
public record Gate(
    View gate, View up, Activation activation, double limit, double offset, Buffer output)
    implements Writing {
  public Gate(View gate, View up, Activation activation, Buffer output) {
    this(gate, up, activation, 0, 0, output);
  }

  public Gate {
    Operation.require(limit >= 0 && Double.isFinite(limit), "the limit of a gate", limit);
    Operation.requireFinite("the offset of a gate", offset);
    Operation.require(limit > 0 || offset == 0, "an offset without a limit", offset);
    boolean fits = gate.width() == up.width() || gate.width() == 1 && limit == 0;
    Operation.require(fits && up.width() == output.width(), gate, up);
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

  /// The same for a product of experts.
  public boolean gates(ExpertMatMul matmul) {
    int width = output.width();
    return matmul.parts().size() == 2
        && gate.equals(new View(matmul.output(), 0, width))
        && up.equals(new View(matmul.output(), width, width));
  }

  @Override
  public boolean absorbs(Operation previous) {
    return previous instanceof MatMul matmul && gates(matmul)
        || previous instanceof ExpertMatMul experts && gates(experts);
  }

  @Override
  public String verb() {
    return "gate";
  }

  @Override
  public String text() {
    String function = activation.name().toLowerCase(Locale.ROOT);
    return limit == 0
        ? "%s = %s(%s) * %s".formatted(output, function, gate, up)
        : "%s = %s(min(%s, %s)) * (clamp(%s) + %s)"
            .formatted(output, function, gate, limit, up, offset);
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
    return new Gate(change.apply(gate), change.apply(up), activation, limit, offset, output);
  }

  @Override
  public Gate withOutput(Buffer other) {
    return new Gate(gate, up, activation, limit, offset, other);
  }
}
