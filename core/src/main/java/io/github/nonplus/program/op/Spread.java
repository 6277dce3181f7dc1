package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Begins a space of routed rows: a row for each expert that was chosen for a row. It ends where
/// the next one begins.
///
/// @param routing the whole result of a [Route]
public record Spread(View input, View routing, Take take, Buffer output) implements Writing {
  /// What the j-th expert gets of a row.
  public enum Take {
    /// All of it.
    WHOLE,
    /// All of it, times the expert's weight.
    WEIGHTED,
    /// The j-th of as many parts as experts are chosen.
    PART
  }

  public Spread {
    Objects.requireNonNull(take);
    int each = RoutedRows.each(output, routing);
    long columns = (long) output.width() * (take == Take.PART ? each : 1);
    Operation.require(input.width() == columns, input, output);
  }

  /// How many experts are chosen for a row.
  public int each() {
    return ((RowSpace.Routed) output.rows()).each();
  }

  @Override
  public String verb() {
    return "spread";
  }

  @Override
  public String text() {
    return "%s = spread %s%s by %s"
        .formatted(
            output,
            switch (take) {
              case WHOLE -> "";
              case WEIGHTED -> "weighted ";
              case PART -> "parts of ";
            },
            input,
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
    return RoutedRows.of(output).equals(input.buffer().rows())
        && input.buffer().rows().equals(routing.buffer().rows());
  }

  @Override
  public long terms(int window) {
    return 1;
  }

  @Override
  public int roundings() {
    return 1;
  }

  @Override
  public Spread withInputs(UnaryOperator<View> change) {
    return new Spread(change.apply(input), change.apply(routing), take, output);
  }

  @Override
  public Spread withOutput(Buffer other) {
    return new Spread(input, routing, take, other);
  }
}
