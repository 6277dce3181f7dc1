package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Columns side by side: those of `parts`, in order; a part may stand there more than once.
public record Concatenate(List<View> parts, Buffer output) implements Writing {
  public Concatenate {
    parts = List.copyOf(parts);
    int width = 0;
    for (View part : parts) {
      width = Math.addExact(width, part.width());
    }
    Operation.require(width == output.width(), parts, output);
  }

  @Override
  public String verb() {
    return "concatenate";
  }

  @Override
  public String text() {
    return "%s = %s"
        .formatted(output, parts.stream().map(View::toString).collect(Collectors.joining(" | ")));
  }

  @Override
  public List<Reading> readings() {
    return parts.stream().map(Reading::ownRow).toList();
  }

  @Override
  public long terms(int window) {
    return 0;
  }

  @Override
  public int roundings() {
    return 0;
  }

  @Override
  public Concatenate withInputs(UnaryOperator<View> change) {
    return new Concatenate(parts.stream().map(change).toList(), output);
  }

  @Override
  public Concatenate withOutput(Buffer other) {
    return new Concatenate(parts, other);
  }
}
