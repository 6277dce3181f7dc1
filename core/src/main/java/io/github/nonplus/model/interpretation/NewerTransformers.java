package io.github.nonplus.model.interpretation;

import io.github.nonplus.model.Model.Output;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.program.op.Scan;
import io.github.nonplus.program.op.ScanLaw;
import java.util.Optional;

/// Where versions of transformers make different functions of a checkpoint: the published model is
/// then what 5.17 computes, and what a newer version does is a difference that may be asked for.
public final class NewerTransformers {
  private NewerTransformers() {}

  /// The published model, and it with what is otherwise there.
  public static Interpretations of(FamilyModel model) {
    return Interpretations.ofPublished(model, groupedNorms(model));
  }

  /// What a user must know who gets the published model's number.
  public static String notice(Difference difference) {
    return "Versions of transformers differ on this model: measured is what 5.17 computes; --as %s measures the one that %s."
        .formatted(Interpretations.with(difference), difference.words());
  }

  private static Optional<Difference> groupedNorms(FamilyModel model) {
    return GroupedNorms.of(model.modelType(), () -> groups(model))
        .filter(norms -> norms.groups() > 1)
        .map(
            norms ->
                new Difference(
                    GroupedNorms.NAME,
                    norms.words() + ", as transformers since 5.23, mamba_ssm and llama.cpp do",
                    Difference.Evidence.EXECUTED,
                    other -> other.adapted(norms)));
  }

  /// Of heads that share keys and queries.
  private static int groups(FamilyModel model) {
    return model.program(Output.SCORE).operations().stream()
        .filter(Scan.class::isInstance)
        .map(operation -> ((Scan) operation).law())
        .filter(ScanLaw.Memory.class::isInstance)
        .map(ScanLaw.Memory.class::cast)
        .mapToInt(memory -> memory.key().width() / memory.keySize())
        .findFirst()
        .orElse(1);
  }
}
