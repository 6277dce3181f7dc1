package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.function.UnaryOperator;

/// Linear layers side by side: columns of `output` are the outputs of `parts`, in order, each scale
/// · (input · weightᵀ + bias); `residual`, if not null, is added to the whole.
public record MatMul(
    View input,
    List<Linear> parts,
    double scale,
    @JsonSetter(nulls = Nulls.SET) View residual,
    Buffer output)
    implements Writing {
  public MatMul {
    parts = List.copyOf(parts);
    int outputs = 0;
    for (Linear part : parts) {
      Operation.require(part.weight().inputs() == input.width(), part.weight(), input);
      outputs = Math.addExact(outputs, part.weight().outputs());
    }
    Operation.require(outputs == output.width(), parts, output);
    Operation.require(residual == null || residual.width() == outputs, residual, output);
    Operation.requireFinite("the scale of a product", scale);
  }

  /// Products as they are.
  public static MatMul of(View input, List<Linear> parts, Buffer output) {
    return new MatMul(input, parts, 1, null, output);
  }

  @Override
  public String verb() {
    return "matmul";
  }

  @Override
  public String text() {
    return "%s = matmul %s by %s%s%s"
        .formatted(
            output,
            input,
            Operation.text(parts),
            scale == 1 ? "" : " scale " + scale,
            residual == null ? "" : " + " + residual);
  }

  @Override
  public List<Reading> readings() {
    return residual == null
        ? List.of(Reading.ownRow(input))
        : List.of(Reading.ownRow(input), Reading.ownRow(residual));
  }

  @Override
  public List<Parameter> parameters() {
    return Operation.parametersOf(parts);
  }

  /// A number of the residual is read once, where its sum is stored.
  @Override
  public List<View> replaceable() {
    return residual == null || residual.buffer().equals(input.buffer())
        ? List.of()
        : List.of(residual);
  }

  @Override
  public long terms(int window) {
    return input.width();
  }

  @Override
  public int roundings() {
    return 1;
  }

  @Override
  public MatMul withInputs(UnaryOperator<View> change) {
    View changed = residual == null ? null : change.apply(residual);
    return new MatMul(change.apply(input), parts, scale, changed, output);
  }

  @Override
  public MatMul withOutput(Buffer other) {
    return new MatMul(input, parts, scale, residual, other);
  }
}
