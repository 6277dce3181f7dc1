package io.github.nonplus.program.op;

import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.View;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/// e^(−e^rate · x) for x ≥ 0: how much of its state a recurrence keeps.
///
/// @param rates each for as many adjoining columns as there are columns for one of them
/// @param stored what of a rate is stored
public record Decay(View input, Parameter rates, StoredRate stored, Buffer output)
    implements Writing {
  /// With rates as they are.
  public Decay(View input, Parameter rates, Buffer output) {
    this(input, rates, StoredRate.RATE, output);
  }

  public Decay {
    Objects.requireNonNull(stored);
    Operation.require(input.width() == output.width(), input, output);
    boolean fits = rates.shape().size() == 1 && input.width() % rates.outputs() == 0;
    Operation.require(fits, rates, input);
  }

  /// −e^rate for each column, rounded once.
  ///
  /// @param numbers those of `rates`
  public float[] factors(float[] numbers) {
    float[] factors = new float[output.width()];
    int group = factors.length / numbers.length;
    for (int n = 0; n < factors.length; n++) {
      factors[n] = stored.factor(numbers[n / group], rates);
    }
    return factors;
  }

  /// The same of rates that are stored otherwise.
  public Decay withRatesAs(StoredRate other) {
    return new Decay(input, rates, other, output);
  }

  @Override
  public String verb() {
    return "decay";
  }

  @Override
  public String text() {
    return "%s = decay %s at rates %s%s".formatted(output, input, rates, stored.text());
  }

  @Override
  public List<Reading> readings() {
    return List.of(Reading.ownRow(input));
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(rates);
  }

  @Override
  public List<View> replaceable() {
    return List.of(input);
  }

  @Override
  public long terms(int window) {
    return 2;
  }

  @Override
  public int roundings() {
    return 1;
  }

  @Override
  public Decay withInputs(UnaryOperator<View> change) {
    return new Decay(change.apply(input), rates, stored, output);
  }

  @Override
  public Decay withOutput(Buffer other) {
    return new Decay(input, rates, stored, other);
  }
}
