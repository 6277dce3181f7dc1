package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.nonplus.program.operand.Parameter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/// A function of one number, for [Elementwise].
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Curve.Activated.class, name = "activation"),
  @JsonSubTypes.Type(value = Curve.Clamped.class, name = "clamp"),
  @JsonSubTypes.Type(value = Curve.SoftCapped.class, name = "soft-cap"),
  @JsonSubTypes.Type(value = Curve.Power.class, name = "power"),
  @JsonSubTypes.Type(value = Curve.Xielu.class, name = "xielu")
})
public sealed interface Curve {
  /// The checkpoint tensors that it needs.
  default List<Parameter> parameters() {
    return List.of();
  }

  /// An activation function.
  record Activated(Activation activation) implements Curve {
    public Activated {
      Objects.requireNonNull(activation);
    }

    @Override
    public String toString() {
      return activation.name().toLowerCase(Locale.ROOT);
    }
  }

  /// The nearest number from −limit to limit.
  record Clamped(double limit) implements Curve {
    public Clamped {
      Operation.require(limit > 0 && Double.isFinite(limit), "a clamp", limit);
    }

    @Override
    public String toString() {
      return "clamp " + limit;
    }
  }

  /// cap · tanh(x / cap).
  record SoftCapped(double cap) implements Curve {
    public SoftCapped {
      Operation.require(cap > 0 && Double.isFinite(cap), "a soft cap", cap);
    }

    @Override
    public String toString() {
      return "soft-cap " + cap;
    }
  }

  /// e^x.
  record Power() implements Curve {
    @Override
    public String toString() {
      return "power of e";
    }
  }

  /// xIELU with learnt numbers: p x² + b x for x > 0, else n (expm1(min(x, epsilon)) − x) + b x,
  /// where p = softplus(`positive`), b = `beta` and n = b + softplus(`negative`).
  ///
  /// @param positive one number, as are the others
  record Xielu(Parameter positive, Parameter negative, Parameter beta, Parameter epsilon)
      implements Curve {
    public Xielu {
      for (Parameter each : List.of(positive, negative, beta, epsilon)) {
        Operation.require(each.shape().equals(List.of(1)), each, "one number");
      }
    }

    /// The numbers that a kernel computes with, each rounded once.
    public record Numbers(float positive, float negative, float beta, float epsilon) {}

    /// @param stored the number that the checkpoint holds of a parameter
    public Numbers numbers(ToDoubleFunction<Parameter> stored) {
      double b = stored.applyAsDouble(beta);
      return new Numbers(
          (float) softplus(stored.applyAsDouble(positive)),
          (float) (b + softplus(stored.applyAsDouble(negative))),
          (float) b,
          (float) stored.applyAsDouble(epsilon));
    }

    private static double softplus(double x) {
      return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(positive, negative, beta, epsilon);
    }

    @Override
    public String toString() {
      return "xielu(%s, %s, %s, %s)".formatted(positive, negative, beta, epsilon);
    }
  }
}
