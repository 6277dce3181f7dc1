package io.github.nonplus.program.passes;

import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.Instruction.Add;
import io.github.nonplus.program.Instruction.Attend;
import io.github.nonplus.program.Instruction.Embed;
import io.github.nonplus.program.Instruction.Score;
import io.github.nonplus.program.Instruction.SelectRows;
import io.github.nonplus.program.Linear;
import io.github.nonplus.program.Parameter;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.Rows;
import java.util.List;

/// The smallest program with an attention: tokens attend to each other, the sum is scored.
final class OneLayer {
  private static final Parameter TABLE = Parameter.matrix("table", 8, 4);
  private static final Buffer X = new Buffer("x", Rows.TOKENS, 4);
  private static final Buffer HEADS = new Buffer("heads", Rows.TOKENS, 4);
  private static final Buffer SUM = new Buffer("sum", Rows.TOKENS, 4);
  private static final Buffer CHOSEN = new Buffer("chosen", Rows.SELECTED, 4);

  static final Program PROGRAM =
      new Program(
          List.of(
              new Embed(TABLE, X),
              new Attend(X.view(), X.view(), X.view(), 2, 1, HEADS),
              new Add(X.view(), HEADS.view(), SUM),
              new SelectRows(SUM.view(), CHOSEN),
              new Score(CHOSEN.view(), Linear.of(TABLE))));

  private OneLayer() {}
}
