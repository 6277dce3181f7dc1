package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.View;
import java.util.Objects;

/// What an operation reads, and which rows of it one row of the result needs.
public record Reading(View view, Reach reach) {
  public Reading {
    Objects.requireNonNull(view, "view");
    Objects.requireNonNull(reach, "reach");
  }

  /// Which rows of a reading one row of the result needs.
  public enum Reach {
    /// Its own and nothing else of the token: the operation can be computed for some rows alone.
    OWN_ROW,
    /// Others too, or the token's position in its window: every row must be there.
    ALL_ROWS
  }

  static Reading ownRow(View view) {
    return new Reading(view, Reach.OWN_ROW);
  }

  static Reading allRows(View view) {
    return new Reading(view, Reach.ALL_ROWS);
  }
}
