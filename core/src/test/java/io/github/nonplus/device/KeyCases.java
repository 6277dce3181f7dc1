package io.github.nonplus.device;

import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Mask;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Ranking;
import io.github.nonplus.program.op.SelectKeys;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.List;

/// The choice of keys, and attention to those that were chosen: one, some, nearly all and more than
/// there are, by both rankings, with the other settings of attention. Tokens recur, so that scores
/// are often equal.
final class KeyCases {
  private static final int HEADS = 4;
  private static final int KEY_HEADS = 2;
  private static final int SIZE = 8;
  private static final int INDEX_HEADS = 3;
  private static final int INDEX_SIZE = 12;
  private static final Buffer X =
      new Buffer(
          "x", RowSpace.TOKENS, 1 + INDEX_HEADS * (INDEX_SIZE + 1) + INDEX_SIZE + KEY_HEADS + 64);
  private static final View INDEX_QUERY = new View(X, 1, INDEX_HEADS * INDEX_SIZE);
  private static final View INDEX_KEY = after(INDEX_QUERY, INDEX_SIZE);
  private static final View INDEX_WEIGHTS = after(INDEX_KEY, INDEX_HEADS);
  private static final View RANKS = after(INDEX_WEIGHTS, KEY_HEADS);
  private static final View QUERY = after(RANKS, HEADS * SIZE);
  private static final View KEY = after(QUERY, KEY_HEADS * SIZE);
  private static final View VALUE = after(KEY, KEY_HEADS * SIZE);
  private static final Ranking INDEXED = new Ranking.Indexed(INDEX_QUERY, INDEX_KEY, INDEX_WEIGHTS);
  private static final Ranking RANKED = new Ranking.OfKeys(RANKS);

  private KeyCases() {}

  private static View after(View view, int width) {
    return new View(X, view.column() + view.width(), width);
  }

  static List<OperationCase> all() {
    List<OperationCase> cases = new ArrayList<>();
    for (Ranking ranking : List.of(INDEXED, RANKED)) {
      for (int kept : new int[] {1, 24, 299, 400}) {
        cases.add(OperationCases.of(X, weights(), select(ranking, kept)));
        cases.add(attention(ranking, kept, RowSpace.TOKENS, false));
      }
      cases.add(attention(ranking, 24, RowSpace.SELECTED, true));
    }
    cases.add(OperationCases.of(X, weights(), attend(RowSpace.TOKENS, false).among(null, RANKS)));
    cases.add(OperationCases.of(X, weights(), attend(RowSpace.TOKENS, true).among(null, RANKS)));
    return cases;
  }

  private static GivenWeights weights() {
    return new GivenWeights().withVector("sinks", HEADS);
  }

  private static SelectKeys select(Ranking ranking, int kept) {
    int width = SelectKeys.width(ranking.choices(), kept);
    return new SelectKeys(ranking, kept, new Buffer("chosen", RowSpace.TOKENS, width));
  }

  /// @param bends whether scores have everything else that they can have
  private static OperationCase attention(Ranking ranking, int kept, RowSpace rows, boolean bends) {
    SelectKeys select = select(ranking, kept);
    Attend.Chosen chosen = new Attend.Chosen(select.output().view(), kept);
    Operation attend = attend(rows, bends).among(chosen, bends ? RANKS : null);
    OperationCase made = OperationCases.of(X, weights(), select, attend);
    return new OperationCase(select.text() + "; " + made.name(), made.program(), made.weights());
  }

  private static Attend attend(RowSpace rows, boolean bends) {
    return new Attend(
        QUERY,
        KEY,
        VALUE,
        SIZE,
        SIZE,
        Mask.CAUSAL,
        bends ? List.of(0.5, 0.25, 0.125, 0.0625) : List.of(),
        bends ? 2 : 0,
        bends ? Parameter.vector("sinks", HEADS) : null,
        0.3,
        new Buffer("out", rows, HEADS * SIZE));
  }
}
