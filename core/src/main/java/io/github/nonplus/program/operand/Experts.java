package io.github.nonplus.program.operand;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.stream.IntStream;

/// The same linear layer of every expert, each with a weight and perhaps a bias of its own.
///
/// @param weight name of the weights, in which [#NUMBER] stands for the expert's number
/// @param bias likewise of the biases, or null
/// @param count how many experts there are
public record Experts(
    String weight, @JsonSetter(nulls = Nulls.SET) String bias, int count, int outputs, int inputs) {
  /// What stands for an expert's number in names.
  public static final String NUMBER = "{e}";

  /// More than any model has.
  private static final int MOST = 1 << 16;

  public Experts {
    if (count < 1 || count > MOST || outputs < 1 || inputs < 1) {
      throw new IllegalArgumentException("%d experts of %d x %d".formatted(count, outputs, inputs));
    }
    if (!weight.contains(NUMBER) || (bias != null && !bias.contains(NUMBER))) {
      throw new IllegalArgumentException(
          "%s and %s name one expert for all".formatted(weight, bias));
    }
  }

  /// The layer of expert `number`.
  public Linear of(int number) {
    return new Linear(
        Parameter.matrix(named(weight, number), outputs, inputs),
        bias == null ? null : Parameter.vector(named(bias, number), outputs));
  }

  /// The layers of all experts.
  public List<Linear> all() {
    return IntStream.range(0, count).mapToObj(this::of).toList();
  }

  private static String named(String pattern, int number) {
    return pattern.replace(NUMBER, Integer.toString(number));
  }

  @Override
  public String toString() {
    return "%d x %s%s".formatted(count, weight, bias == null ? "" : " + " + bias);
  }
}
