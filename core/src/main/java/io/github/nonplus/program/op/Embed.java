package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// Row t of `output` is scale · a row of `table`: the one that token t names, or the one of its
/// position in the window.
///
/// @param table [tokens or positions, width]
/// @param offset added to a position; 0 for tokens
public record Embed(Parameter table, Index by, int offset, double scale, Buffer output)
    implements Writing {
  /// What chooses the row.
  public enum Index {
    TOKEN,
    POSITION
  }

  public Embed {
    Operation.require(table.inputs() == output.width(), table, output);
    Objects.requireNonNull(by);
    Operation.require(offset >= 0 && (by == Index.POSITION || offset == 0), by, offset);
    Operation.requireFinite("the scale of an embedding", scale);
  }

  /// The rows of tokens as they stand in the table.
  public static Embed tokens(Parameter table, Buffer output) {
    return new Embed(table, Index.TOKEN, 0, 1, output);
  }

  /// The table has so many positions, if they choose the row.
  @Override
  public int longestWindow() {
    return by == Index.POSITION ? table.outputs() - offset : Integer.MAX_VALUE;
  }

  @Override
  public String verb() {
    return "embed";
  }

  @Override
  public String text() {
    return "%s = embed %s%s%s"
        .formatted(
            output,
            table,
            by == Index.TOKEN ? "" : " by position + " + offset,
            scale == 1 ? "" : " scale " + scale);
  }

  @Override
  public List<Reading> readings() {
    return List.of();
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(table);
  }

  @Override
  public boolean rowsFit() {
    return output.rows().equals(RowSpace.TOKENS);
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
  public Embed withInputs(UnaryOperator<View> change) {
    return this;
  }

  @Override
  public Embed withOutput(Buffer other) {
    return new Embed(table, by, offset, scale, other);
  }
}
