package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.nonplus.program.operand.Parameter;
import java.util.List;
import java.util.function.Function;

/// What [Scale] multiplies by.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Factor.Constant.class, name = "constant"),
  @JsonSubTypes.Type(value = Factor.Stored.class, name = "stored"),
  @JsonSubTypes.Type(value = Factor.Difference.class, name = "difference"),
  @JsonSubTypes.Type(value = Factor.OfPosition.class, name = "position"),
  @JsonSubTypes.Type(value = Factor.Between.class, name = "between")
})
public sealed interface Factor {
  /// The checkpoint tensors that it needs.
  default List<Parameter> parameters() {
    return List.of();
  }

  /// Whether rows of so many columns can be multiplied by it.
  default boolean fits(int width) {
    return true;
  }

  /// Whether it depends on the token's position in its window.
  default boolean dependsOnPosition() {
    return false;
  }

  /// One number for everything.
  record Constant(double value) implements Factor {
    public Constant {
      Operation.requireFinite("a factor", value);
    }

    @Override
    public String toString() {
      return "" + value;
    }
  }

  /// A tensor of the checkpoint: one number for everything, or one for each column.
  record Stored(Parameter values) implements Factor {
    @Override
    public List<Parameter> parameters() {
      return List.of(values);
    }

    @Override
    public boolean fits(int width) {
      return values.shape().size() == 1 && (values.outputs() == 1 || values.outputs() == width);
    }

    @Override
    public String toString() {
      return values.name();
    }
  }

  /// e^(first · second) − e^(third · fourth) + initial, of products of stored vectors.
  record Difference(
      Parameter first, Parameter second, Parameter third, Parameter fourth, double initial)
      implements Factor {
    public Difference {
      for (Parameter each : List.of(first, second, third, fourth)) {
        boolean fits = each.shape().size() == 1 && each.shape().equals(first.shape());
        Operation.require(fits, each, first);
      }
      Operation.requireFinite("what a difference begins with", initial);
    }

    /// The number, rounded once.
    ///
    /// @param stored the numbers that the checkpoint holds of a parameter
    public float number(Function<Parameter, float[]> stored) {
      double one = power(stored.apply(first), stored.apply(second));
      return (float) (one - power(stored.apply(third), stored.apply(fourth)) + initial);
    }

    private static double power(float[] left, float[] right) {
      double sum = 0;
      for (int i = 0; i < left.length; i++) {
        sum += (double) left[i] * right[i];
      }
      return StrictMath.exp(sum);
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(first, second, third, fourth);
    }

    @Override
    public String toString() {
      return "e^(%s · %s) - e^(%s · %s) + %s".formatted(first, second, third, fourth, initial);
    }
  }

  /// A number for each position.
  sealed interface ByPosition extends Factor {
    /// The factor at a position, rounded once.
    float at(int position);

    @Override
    default boolean dependsOnPosition() {
      return true;
    }
  }

  /// 1 at the positions from `from` (inclusive) to `to` (exclusive), 0 elsewhere.
  record Between(int from, int to) implements ByPosition {
    public Between {
      Operation.require(from >= 0 && to > from, "positions from " + from, to);
    }

    @Override
    public float at(int position) {
      return position >= from && position < to ? 1 : 0;
    }

    @Override
    public String toString() {
      return "%d <= p < %d".formatted(from, to);
    }
  }

  /// 1 + beta · ln(1 + floor((p + first) / length)) at position p.
  ///
  /// @param first 0 where positions are counted from 0, 1 where they are counted from 1
  record OfPosition(double beta, double length, int first) implements ByPosition {
    public OfPosition {
      Operation.requireFinite("the growth of a factor", beta);
      Operation.require(length > 0 && Double.isFinite(length), "a length", length);
      Operation.require(first >= 0, "a first position", first);
    }

    @Override
    public float at(int position) {
      return (float) (1 + beta * StrictMath.log(1 + Math.floor((position + first) / length)));
    }

    @Override
    public String toString() {
      return "1 + %s ln(1 + floor((p + %d) / %s))".formatted(beta, first, length);
    }
  }
}
