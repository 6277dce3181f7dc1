package io.github.nonplus.model.interpretation;

import io.github.nonplus.model.Model.Output;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.program.op.Scan;
import io.github.nonplus.program.op.ScanLaw;
import java.util.Map;
import java.util.Optional;

/// What newer versions of transformers make of a checkpoint otherwise than version 5.17, whose
/// function is the published model here.
public final class NewerTransformers {
  private static final String MIXER = ".mixer.norm.weight";
  private static final String MAMBA = ".mamba.norm.weight";

  /// Which norms are of a state space's output, by the family.
  private static final Map<String, String> STATE_SPACES =
      Map.of("mamba2", MIXER, "bamba", MAMBA, "granitemoehybrid", MAMBA);

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
    String ending = STATE_SPACES.get(model.modelType());
    int groups = ending == null ? 1 : groups(model);
    return groups == 1
        ? Optional.empty()
        : Optional.of(
            new Difference(
                model.modelType().equals("mamba2") ? "n_groups" : "mamba_n_groups",
                "norms each of %d groups of a state space's heads by itself, as transformers since 5.23, mamba_ssm and llama.cpp do"
                    .formatted(groups),
                Difference.Evidence.EXECUTED,
                other -> other.adapted(new GroupedNorms(groups, ending))));
  }

  /// Of heads that share keys and queries.
  private static int groups(FamilyModel model) {
    return model.program(Output.SCORE).operations().stream()
        .filter(operation -> operation instanceof Scan)
        .map(operation -> ((Scan) operation).law())
        .filter(law -> law instanceof ScanLaw.Memory)
        .map(law -> (ScanLaw.Memory) law)
        .mapToInt(memory -> memory.key().width() / memory.keySize())
        .findFirst()
        .orElse(1);
  }
}
