package io.github.nonplus.model.interpretation;

import io.github.nonplus.model.family.FamilyModel;
import java.util.List;

/// One function that a checkpoint's weights are taken for.
///
/// @param name such as `mlc`, or [#SOURCE]
/// @param words what it is, for people
/// @param model what is computed
/// @param differences from the published model, in the order in which they are made
public record Interpretation(
    String name, String words, FamilyModel model, List<Difference> differences) {
  /// The name of the model that was published.
  public static final String SOURCE = "source";

  /// The fact of a model that says what it is taken for, if not for what was published.
  public static final String FACT = "interpretation";

  /// What that is, for people.
  public static final String PUBLISHED = "the published model";

  public Interpretation {
    differences = List.copyOf(differences);
    if (!name.equals(SOURCE)) {
      model = model.withFact(FACT, name);
    }
  }

  /// The published model.
  public static Interpretation published(FamilyModel model) {
    return new Interpretation(SOURCE, PUBLISHED, model, List.of());
  }

  /// The same of a model that is computed otherwise.
  public Interpretation with(FamilyModel other) {
    return new Interpretation(name, words, other, differences);
  }

  /// Whether it is the published model.
  public boolean isPublished() {
    return name.equals(SOURCE);
  }
}
