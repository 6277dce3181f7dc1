package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Convolution of each column with its own taps, causal within each window: out(t) = bias + Σ_j
/// tap(j) · x(t − K + 1 + j) for j from 0 to K − 1, ascending, where x is 0 before the window.
///
/// @param bias one number for each column; null for none
public record Convolve(
    View input, Taps taps, @JsonSetter(nulls = Nulls.SET) Parameter bias, Buffer output)
    implements Writing {
  /// More than any published model has.
  private static final int LONGEST = 1024;

  public Convolve {
    Operation.require(input.width() == output.width(), input, output);
    Operation.require(taps.columns() == input.width(), taps, input);
    Operation.require(taps.length() <= LONGEST, taps, LONGEST);
    boolean fits = bias == null || bias.shape().equals(List.of(input.width()));
    Operation.require(fits, bias, input);
  }

  public Optional<Parameter> findBias() {
    return Optional.ofNullable(bias);
  }

  @Override
  public String verb() {
    return "convolve";
  }

  @Override
  public String text() {
    return "%s = convolve %s by %s over %d%s"
        .formatted(output, input, taps, taps.length(), bias == null ? "" : " + " + bias);
  }

  /// Rows before a row are read with it.
  @Override
  public List<Reading> readings() {
    return List.of(Reading.allRows(input));
  }

  @Override
  public List<Parameter> parameters() {
    return Stream.of(taps.parameter(), bias).filter(Objects::nonNull).toList();
  }

  @Override
  public boolean rowsFit() {
    return input.buffer().rows().equals(RowSpace.TOKENS) && output.rows().equals(RowSpace.TOKENS);
  }

  @Override
  public long terms(int window) {
    return taps.length() + 1L;
  }

  @Override
  public int roundings() {
    return 1;
  }

  @Override
  public Convolve withInputs(UnaryOperator<View> change) {
    return new Convolve(change.apply(input), taps, bias, output);
  }

  @Override
  public Convolve withOutput(Buffer other) {
    return new Convolve(input, taps, bias, other);
  }
}
