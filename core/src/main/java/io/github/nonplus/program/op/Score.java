package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.function.UnaryOperator;

/// For each selected row the negative log-likelihood of its target: log Σ exp(logits) −
/// logits[target], where logits = cap(scale · (input · headᵀ + bias)). The logits are never stored
/// beyond a tile.
///
/// @param softCap c of cap(x) = c · tanh(x / c); 0 for none
public record Score(View input, Linear head, double scale, double softCap) implements Operation {
  public Score {
    Operation.require(head.weight().inputs() == input.width(), head.weight(), input);
    Operation.require(input.buffer().rows().equals(RowSpace.SELECTED), input, "selected rows");
    Operation.requireFinite("the scale of logits", scale);
    Operation.require(softCap >= 0 && Double.isFinite(softCap), "a soft cap", softCap);
  }

  /// Of logits as they are.
  public static Score of(View input, Linear head) {
    return new Score(input, head, 1, 0);
  }

  @Override
  public String verb() {
    return "score";
  }

  @Override
  public String text() {
    return "score %s by %s%s%s"
        .formatted(
            input,
            Operation.text(List.of(head)),
            scale == 1 ? "" : " scale " + scale,
            softCap == 0 ? "" : " cap " + softCap);
  }

  @Override
  public List<Reading> readings() {
    return List.of(Reading.allRows(input));
  }

  @Override
  public List<Parameter> parameters() {
    return Operation.parametersOf(List.of(head));
  }

  @Override
  public boolean ends() {
    return true;
  }

  /// Its input has been checked.
  @Override
  public boolean rowsFit() {
    return true;
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
  public Score withInputs(UnaryOperator<View> change) {
    return new Score(change.apply(input), head, scale, softCap);
  }
}
