package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Puts the routed rows of a row together again, in the order of its experts' numbers, in which
/// they stand in the routing.
///
/// @param routing of the [Spread] that the rows come from
/// @param passed null, or experts that leave a row as it is
public record Gather(
    View input, View routing, Put put, @JsonSetter(nulls = Nulls.SET) Passed passed, Buffer output)
    implements Writing {
  /// Experts that leave a row as it is.
  ///
  /// @param rows what they return
  /// @param from the number of the first; all after it are such, too
  public record Passed(View rows, int from) {
    public Passed {
      Operation.require(from >= 0, rows, from);
    }
  }

  /// How.
  public enum Put {
    /// Their sum.
    SUM,
    /// Their sum, each times its expert's weight.
    WEIGHTED,
    /// Side by side.
    SIDE
  }

  public Gather {
    Objects.requireNonNull(put);
    int each = RoutedRows.each(input.buffer(), routing);
    long columns = (long) input.width() * (put == Put.SIDE ? each : 1);
    Operation.require(output.width() == columns, input, output);
    Operation.require(passed == null || passed.rows().width() == input.width(), passed, input);
  }

  /// How many experts are chosen for a row.
  public int each() {
    return ((RowSpace.Routed) input.buffer().rows()).each();
  }

  @Override
  public String verb() {
    return "gather";
  }

  @Override
  public String text() {
    return "%s = gather %s%s by %s%s"
        .formatted(
            output,
            input,
            switch (put) {
              case SUM -> "";
              case WEIGHTED -> " weighted";
              case SIDE -> " side by side";
            },
            routing,
            passed == null ? "" : ", %s from expert %d on".formatted(passed.rows(), passed.from()));
  }

  @Override
  public List<Reading> readings() {
    return Stream.of(input, routing, passed == null ? null : passed.rows())
        .filter(Objects::nonNull)
        .map(Reading::ownRow)
        .toList();
  }

  @Override
  public Optional<View> findRouting() {
    return Optional.of(routing);
  }

  @Override
  public boolean rowsFit() {
    return output.rows().equals(RoutedRows.of(input.buffer()))
        && output.rows().equals(routing.buffer().rows())
        && (passed == null || output.rows().equals(passed.rows().buffer().rows()));
  }

  @Override
  public long terms(int window) {
    return each();
  }

  @Override
  public int roundings() {
    return 1;
  }

  @Override
  public Gather withInputs(UnaryOperator<View> change) {
    Passed changed = passed == null ? null : new Passed(change.apply(passed.rows()), passed.from());
    return new Gather(change.apply(input), change.apply(routing), put, changed, output);
  }

  @Override
  public Gather withOutput(Buffer other) {
    return new Gather(input, routing, put, passed, other);
  }
}
