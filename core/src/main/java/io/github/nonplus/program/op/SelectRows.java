package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.function.UnaryOperator;

/// The selected rows of a whole buffer that has a row for each token.
public record SelectRows(View input, Buffer output) implements Writing {
  public SelectRows {
    boolean rowsFit =
        input.buffer().rows().equals(RowSpace.TOKENS) && output.rows().equals(RowSpace.SELECTED);
    Operation.require(rowsFit, input, output);
    Operation.require(input.width() == input.buffer().width(), input, input.buffer());
    Operation.require(input.width() == output.width(), input, output);
  }

  @Override
  public String verb() {
    return "select";
  }

  @Override
  public String text() {
    return "%s = select %s".formatted(output, input);
  }

  @Override
  public List<Reading> readings() {
    return List.of(Reading.allRows(input));
  }

  /// It is what changes rows.
  @Override
  public boolean rowsFit() {
    return true;
  }

  @Override
  public long terms(int window) {
    return 0;
  }

  @Override
  public int roundings() {
    return 0;
  }

  @Override
  public SelectRows withInputs(UnaryOperator<View> change) {
    return new SelectRows(change.apply(input), output);
  }

  @Override
  public SelectRows withOutput(Buffer other) {
    return new SelectRows(input, other);
  }
}
