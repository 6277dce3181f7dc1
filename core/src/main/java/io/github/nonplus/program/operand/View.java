package io.github.nonplus.program.operand;

/// Some adjoining columns of a buffer: `width` of them from `column` on, for all its rows.
public record View(Buffer buffer, int column, int width) {
  public View {
    if (column < 0 || width <= 0 || column > buffer.width() - width) {
      throw new IllegalArgumentException(
          "columns %d to %d of %s".formatted(column, (long) column + width, buffer));
    }
  }

  @Override
  public String toString() {
    return column == 0 && width == buffer.width()
        ? buffer.name()
        : "%s[%d:%d]".formatted(buffer.name(), column, column + width);
  }
}
