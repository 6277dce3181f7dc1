package io.github.nonplus.program.operand;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.Optional;

/// The weight of a linear layer and its bias, if it has one.
///
/// @param weight [outputs, inputs]
/// @param bias [outputs], or null
public record Linear(Parameter weight, @JsonSetter(nulls = Nulls.SET) Parameter bias) {
  public Linear {
    if (weight.shape().size() != 2) {
      throw new IllegalArgumentException(weight + " is not a matrix: " + weight.shape());
    }
    if (bias != null && !bias.shape().equals(weight.shape().subList(0, 1))) {
      throw new IllegalArgumentException(
          "%s %s cannot be the bias of %s %s"
              .formatted(bias, bias.shape(), weight, weight.shape()));
    }
  }

  public static Linear of(Parameter weight) {
    return new Linear(weight, null);
  }

  public Optional<Parameter> findBias() {
    return Optional.ofNullable(bias);
  }
}
