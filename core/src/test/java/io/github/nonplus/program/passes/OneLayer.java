package io.github.nonplus.program.passes;

import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import java.util.List;

/// The smallest program with an attention: tokens attend to each other, the sum is scored.
final class OneLayer {
  private static final Parameter TABLE = Parameter.matrix("table", 8, 4);
  private static final Buffer X = new Buffer("x", RowSpace.TOKENS, 4);
  private static final Buffer HEADS = new Buffer("heads", RowSpace.TOKENS, 4);
  private static final Buffer SUM = new Buffer("sum", RowSpace.TOKENS, 4);
  private static final Buffer CHOSEN = new Buffer("chosen", RowSpace.SELECTED, 4);

  static final Program PROGRAM =
      new Program(
          List.of(
              Embed.tokens(TABLE, X),
              Attend.causal(X.view(), X.view(), X.view(), 2, 1, HEADS),
              Combine.sum(X.view(), HEADS.view(), SUM),
              new SelectRows(SUM.view(), CHOSEN),
              Score.of(CHOSEN.view(), Linear.of(TABLE))));

  private OneLayer() {}
}
