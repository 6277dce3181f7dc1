package io.github.nonplus.model.interpretation;

import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;

/// Norms of a state space's output that treat each group of its heads by itself, where the model
/// norms all of them at once.
///
/// @param ending of the names of their weights
public record GroupedNorms(int groups, String ending) implements UnaryOperator<Operation> {
  /// What such a difference is called.
  public static final String NAME = "n_groups";

  private static final String MAMBA = ".mamba.norm.weight";

  /// Whose norms are of all groups at once.
  private static final Map<String, String> ENDINGS =
      Map.of("mamba2", ".mixer.norm.weight", "bamba", MAMBA, "granitemoehybrid", MAMBA);

  /// Those of a family; empty if it has none, or norms groups already.
  public static Optional<GroupedNorms> of(String modelType, IntSupplier groups) {
    return Optional.ofNullable(ENDINGS.get(modelType))
        .map(ending -> new GroupedNorms(groups.getAsInt(), ending));
  }

  /// What is done, after the name of who does it.
  public String words() {
    return "norms each of %d groups of a state space's heads by itself".formatted(groups);
  }

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
