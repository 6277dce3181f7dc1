package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Each row changed by a number that is made of all its columns.
public record Adjust(View input, Adjustment law, Buffer output) implements Writing {
  public Adjust {
    Objects.requireNonNull(law);
    Operation.require(input.width() == output.width(), input, output);
    law.other().ifPresent(other -> Operation.require(other.width() == input.width(), other, input));
  }

  @Override
  public String verb() {
    return "adjust";
  }

  @Override
  public String text() {
    return "%s = %s %s".formatted(output, input, law);
  }

  @Override
  public List<Reading> readings() {
    return Stream.concat(Stream.of(input), law.other().stream()).map(Reading::ownRow).toList();
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
  public Adjust withInputs(UnaryOperator<View> change) {
    return new Adjust(change.apply(input), law.withInputs(change), output);
  }

  @Override
  public Adjust withOutput(Buffer other) {
    return new Adjust(input, law, other);
  }
}
