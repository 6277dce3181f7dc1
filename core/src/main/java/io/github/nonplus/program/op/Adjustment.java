package io.github.nonplus.program.op;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.nonplus.program.operand.View;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// What [Adjust] makes of a row by a number that all its columns say together.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Adjustment.Sparse.class, name = "sparse"),
  @JsonSubTypes.Type(value = Adjustment.Matched.class, name = "matched")
})
public sealed interface Adjustment {
  /// What it reads beside the row.
  default Optional<View> other() {
    return Optional.empty();
  }

  /// The same reading other views.
  default Adjustment withInputs(UnaryOperator<View> change) {
    return this;
  }

  /// max(x − (mean + deviations · deviation), 0), with the deviation sqrt(mean((x − mean)²)): what
  /// is not far above the others becomes 0.
  record Sparse(double deviations) implements Adjustment {
    public Sparse {
      Operation.requireFinite("deviations above the mean", deviations);
    }

    @Override
    public String toString() {
      return "beyond " + deviations + " deviations";
    }
  }

  /// x · sqrt(mean(reference²)) / sqrt(max(mean(x²), least)): as large as another row.
  record Matched(View reference, double least) implements Adjustment {
    public Matched {
      Operation.require(least > 0 && Double.isFinite(least), "the least mean of squares", least);
    }

    @Override
    public Optional<View> other() {
      return Optional.of(reference);
    }

    @Override
    public Matched withInputs(UnaryOperator<View> change) {
      return new Matched(change.apply(reference), least);
    }

    @Override
    public String toString() {
      return "as large as %s, squares at least %s".formatted(reference, least);
    }
  }
}
