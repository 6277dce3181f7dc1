package io.github.nonplus.program.operand;

import java.util.Objects;

/// An intermediate result: a float32 matrix of `rows` by `width`, written by one operation. Names
/// are unique within a program.
public record Buffer(String name, Rows rows, int width) {
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

  /// The same contents for the selected rows only.
  public Buffer selected() {
    return new Buffer(name, Rows.SELECTED, width);
  }

  @Override
  public String toString() {
    return "%s[%s, %d]".formatted(name, rows == Rows.TOKENS ? "tokens" : "selected", width);
  }
}
