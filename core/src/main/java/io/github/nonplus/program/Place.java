package io.github.nonplus.program;

import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.View;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where in a model an operation stands, in words: `layer 3, matmul q+k+v`.
///
/// @param layer counted from 0, as checkpoints count them; none before the first and after the last
/// @param operation what is done and under which name it is kept
public record Place(OptionalInt layer, String operation) {
  /// Buffers of a layer bear its number: `3.gate`, and `3.gate+3.up` where two became one.
  private static final Pattern NUMBERED = Pattern.compile("(?:^|(?<=\\+))(\\d+)\\.");

  public static Place of(Operation operation) {
    String name = operation.written().map(View::toString).orElse("");
    Matcher numbered = NUMBERED.matcher(name);
    OptionalInt layer =
        numbered.find() ? OptionalInt.of(Integer.parseInt(numbered.group(1))) : OptionalInt.empty();
    return new Place(layer, (operation.verb() + " " + numbered.replaceAll("")).strip());
  }

  @Override
  public String toString() {
    return (layer.isPresent() ? "layer " + layer.getAsInt() + ", " : "") + "operation " + operation;
  }
}
