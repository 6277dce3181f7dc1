package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;

/// What the operations on routed rows have in common.
final class RoutedRows {
  private RoutedRows() {}

  /// The space that a buffer's rows are routed from.
  static RowSpace of(Buffer buffer) {
    return routed(buffer).of();
  }

  /// How many rows of a routed buffer belong to a row of the routing, which must say as many.
  static int each(Buffer buffer, View routing) {
    int each = routed(buffer).each();
    boolean whole = routing.column() == 0 && routing.width() == routing.buffer().width();
    Operation.require(whole && routing.width() == Route.width(each), routing, buffer);
    return each;
  }

  private static RowSpace.Routed routed(Buffer buffer) {
    if (buffer.rows() instanceof RowSpace.Routed routed) {
      return routed;
    }
    throw new IllegalArgumentException(buffer + " has no routed rows");
  }
}
