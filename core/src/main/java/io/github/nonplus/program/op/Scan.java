package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.function.UnaryOperator;

/// A recurrence over the tokens of each window, from its first to its last, by a [ScanLaw]. A state
/// begins anew with every window: windows are scored whole, so nothing is carried from batch to
/// batch.
///
/// Tokens are taken one after another, in that order, on the CPU also where a chunk of them could
/// be taken together as products: those are more operations, and their sums depend on the chunk. A
/// state's columns are independent of each other, so they fill vectors, and a number is the same
/// sum for any vectors.
public record Scan(ScanLaw law, Buffer output) implements Writing {
  public Scan {
    Operation.require(law.width() == output.width(), law, output);
  }

  @Override
  public String verb() {
    return "scan";
  }

  @Override
  public String text() {
    return "%s = scan %s".formatted(output, law.text());
  }

  /// A row needs all that were before it.
  @Override
  public List<Reading> readings() {
    return law.views().stream().map(Reading::allRows).toList();
  }

  @Override
  public List<Parameter> parameters() {
    return law.parameters();
  }

  @Override
  public boolean rowsFit() {
    return output.rows().equals(RowSpace.TOKENS)
        && inputs().stream().allMatch(view -> view.buffer().rows().equals(RowSpace.TOKENS));
  }

  @Override
  public long terms(int window) {
    return law.terms() + window;
  }

  /// Its factors, then the result.
  @Override
  public int roundings() {
    return 2;
  }

  @Override
  public Scan withInputs(UnaryOperator<View> change) {
    return new Scan(law.withViews(change), output);
  }

  @Override
  public Scan withOutput(Buffer other) {
    return new Scan(law, other);
  }
}
