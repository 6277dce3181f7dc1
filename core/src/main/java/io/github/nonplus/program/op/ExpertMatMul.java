package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Experts;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Linear layers of experts side by side: each routed row is multiplied by the weights of its own
/// expert, whose bias is added. Weights of experts that no row has are not read.
///
/// @param routing of the [Spread] that the rows come from
/// @param parts of the experts that the routing chooses from, or of the first of them; rows of the
///   others become 0
public record ExpertMatMul(View input, View routing, List<Experts> parts, Buffer output)
    implements Writing {
  public ExpertMatMul {
    parts = List.copyOf(parts);
    RoutedRows.each(output, routing);
    int outputs = 0;
    for (Experts part : parts) {
      Operation.require(part.inputs() == input.width(), part, input);
      Operation.require(part.count() == parts.getFirst().count(), part, parts.getFirst());
      outputs = Math.addExact(outputs, part.outputs());
    }
    Operation.require(outputs == output.width(), parts, output);
  }

  /// How many experts there are.
  public int experts() {
    return parts.getFirst().count();
  }

  /// The layers of one expert, side by side.
  public List<Linear> of(int expert) {
    return parts.stream().map(part -> part.of(expert)).toList();
  }

  @Override
  public String verb() {
    return "experts";
  }

  @Override
  public String text() {
    return "%s = experts %s routed by %s by %s"
        .formatted(
            output,
            input,
            routing,
            parts.stream().map(Experts::toString).collect(Collectors.joining(", ", "(", ")")));
  }

  @Override
  public List<Reading> readings() {
    return List.of(Reading.ownRow(input), Reading.ownRow(routing));
  }

  /// Expert by expert.
  @Override
  public List<Parameter> parameters() {
    List<Linear> all = new ArrayList<>();
    for (int expert = 0; expert < experts(); expert++) {
      all.addAll(of(expert));
    }
    return Operation.parametersOf(all);
  }

  @Override
  public Optional<View> findRouting() {
    return Optional.of(routing);
  }

  @Override
  public boolean rowsFit() {
    return input.buffer().rows().equals(output.rows())
        && RoutedRows.of(output).equals(routing.buffer().rows());
  }

  @Override
  public long terms(int window) {
    return input.width();
  }

  @Override
  public int roundings() {
    return 1;
  }

  @Override
  public ExpertMatMul withInputs(UnaryOperator<View> change) {
    return new ExpertMatMul(change.apply(input), change.apply(routing), parts, output);
  }

  @Override
  public ExpertMatMul withOutput(Buffer other) {
    return new ExpertMatMul(input, routing, parts, other);
  }
}
