package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// Chooses the keys that each query attends to, of those of its window that are not after it: the
/// `kept` with the largest scores, of those with the same score the first. Scores are float32 on
/// every device, and in their order a number that is none has the place that its bits give it.
///
/// A row of the result has for each choice the positions of its keys, ascending, counted from the
/// window's first; then the margin: the least difference of the last score that is chosen and the
/// next that is not, as a part of the largest size of a score of that choice; the largest float32
/// where nothing is left out. Where a query sees no more than `kept` keys, their positions are 0,
/// 1, … `kept` − 1, whether those are there yet or not.
public record SelectKeys(Ranking ranking, int kept, Buffer output) implements Writing {
  /// A margin at which the rounding of float32 may choose another key.
  public static final float SMALL_MARGIN = 0x1p-17f;

  public SelectKeys {
    Objects.requireNonNull(ranking);
    Operation.require(kept > 0, "keys that are kept", kept);
    Operation.require(output.width() == width(ranking.choices(), kept), ranking, output);
  }

  /// Columns of a result.
  public static int width(int choices, int kept) {
    return Math.addExact(Math.multiplyExact(choices, kept), 1);
  }

  /// The column of the margin.
  public int margin() {
    return output.width() - 1;
  }

  @Override
  public String verb() {
    return "select-keys";
  }

  @Override
  public String text() {
    return "%s = the best %d keys for %s".formatted(output, kept, ranking);
  }

  @Override
  public List<Reading> readings() {
    return ranking.readings();
  }

  @Override
  public boolean rowsFit() {
    return output.rows().equals(RowSpace.TOKENS)
        && inputs().stream().allMatch(view -> view.buffer().rows().equals(RowSpace.TOKENS));
  }

  @Override
  public long terms(int window) {
    return ranking.terms();
  }

  /// It is float32 on every device.
  @Override
  public int roundings() {
    return 0;
  }

  @Override
  public SelectKeys withInputs(UnaryOperator<View> change) {
    return new SelectKeys(ranking.withInputs(change), kept, output);
  }

  @Override
  public SelectKeys withOutput(Buffer other) {
    return new SelectKeys(ranking, kept, other);
  }
}
