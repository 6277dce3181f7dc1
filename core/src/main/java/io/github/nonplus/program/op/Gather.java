package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Puts the routed rows of a row together again, in the order in which its experts stand in the
/// routing.
///
/// @param routing of the [Spread] that the rows come from
public record Gather(View input, View routing, Put put, Buffer output) implements Writing {
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
    return "%s = gather %s%s by %s"
        .formatted(
            output,
            input,
            switch (put) {
              case SUM -> "";
              case WEIGHTED -> " weighted";
              case SIDE -> " side by side";
            },
            routing);
  }

  @Override
  public List<Reading> readings() {
    return List.of(Reading.ownRow(input), Reading.ownRow(routing));
  }

  @Override
  public Optional<View> findRouting() {
    return Optional.of(routing);
  }

  @Override
  public boolean rowsFit() {
    return output.rows().equals(RoutedRows.of(input.buffer()))
        && output.rows().equals(routing.buffer().rows());
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
    return new Gather(change.apply(input), change.apply(routing), put, output);
  }

  @Override
  public Gather withOutput(Buffer other) {
    return new Gather(input, routing, put, other);
  }
}
