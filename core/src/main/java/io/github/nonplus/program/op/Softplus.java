package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// The nearest number to ln(1 + e^(x + bias)) from `least` to `most`: how far a recurrence goes
/// with a token.
///
/// @param bias one number for each column; null for none
/// @param most [#UNLIMITED] for no limit
public record Softplus(
    View input,
    @JsonSetter(nulls = Nulls.SET) Parameter bias,
    double least,
    double most,
    Buffer output)
    implements Writing {
  /// Greater than every float32.
  public static final double UNLIMITED = Double.MAX_VALUE;

  public Softplus {
    Operation.require(input.width() == output.width(), input, output);
    boolean fits = bias == null || bias.shape().equals(List.of(input.width()));
    Operation.require(fits, bias, input);
    Operation.requireFinite("a limit", most);
    Operation.require(least >= 0 && least <= most, least, most);
  }

  /// Without limits.
  public static Softplus of(View input, Parameter bias, Buffer output) {
    return new Softplus(input, bias, 0, UNLIMITED, output);
  }

  @Override
  public String verb() {
    return "softplus";
  }

  @Override
  public String text() {
    return "%s = softplus %s%s%s%s"
        .formatted(
            output,
            input,
            bias == null ? "" : " + " + bias,
            least == 0 ? "" : " at least " + least,
            most == UNLIMITED ? "" : " at most " + most);
  }

  @Override
  public List<Reading> readings() {
    return List.of(Reading.ownRow(input));
  }

  @Override
  public List<Parameter> parameters() {
    return Stream.of(bias).filter(Objects::nonNull).toList();
  }

  @Override
  public List<View> replaceable() {
    return List.of(input);
  }

  @Override
  public long terms(int window) {
    return 3;
  }

  @Override
  public int roundings() {
    return 1;
  }

  @Override
  public Softplus withInputs(UnaryOperator<View> change) {
    return new Softplus(change.apply(input), bias, least, most, output);
  }

  @Override
  public Softplus withOutput(Buffer other) {
    return new Softplus(input, bias, least, most, other);
  }
}
