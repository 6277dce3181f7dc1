package io.github.nonplus.model.interpretation;

import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import java.util.function.UnaryOperator;

/// Norms of a state space's output that treat each group of its heads by itself, where the model
/// norms all of them at once.
///
/// @param ending of the names of their weights
public record GroupedNorms(int groups, String ending) implements UnaryOperator<Operation> {
  @Override
  public Operation apply(Operation operation) {
    boolean isOne =
        operation instanceof Norm norm
            && norm.findWeight().filter(weight -> weight.name().endsWith(ending)).isPresent()
            && groups > 0
            && norm.input().width() % groups == 0;
    return isOne ? ((Norm) operation).withGroups(groups) : operation;
  }
}
