package io.github.nonplus.program.operand;

import java.util.Objects;

/// An intermediate result: a float32 matrix of `rows` by `width`, written by one operation. Names
/// are unique within a program.
public record Buffer(String name, RowSpace rows, int width) {
  public Buffer {
    Objects.requireNonNull(rows, "rows");
    if (name.isEmpty() || width <= 0) {
      throw new IllegalArgumentException("buffer '%s' of width %d".formatted(name, width));
    }
  }

  /// All columns.
  public View view() {
    return new View(this, 0, width);
  }

  /// Columns that it takes for each token of a batch, at most.
  public int columnsPerToken() {
    return Math.multiplyExact(width, rows.perToken());
  }

  /// The same contents for the selected rows only.
  public Buffer selected() {
    return new Buffer(name, rows.selected(), width);
  }

  @Override
  public String toString() {
    return "%s[%s, %d]".formatted(name, rows.text(), width);
  }
}
