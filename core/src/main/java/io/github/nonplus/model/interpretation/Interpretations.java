package io.github.nonplus.model.interpretation;

import io.github.nonplus.failure.RequestException;
import io.github.nonplus.failure.UnknownName;
import io.github.nonplus.model.family.FamilyModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The interpretations of one checkpoint: what a runtime makes of it, which is the default; the
/// published model, `source`; and the published model with one of the runtime's differences alone,
/// `source+NAME`.
///
/// @param name of the runtime's, or [Interpretation#SOURCE] where there is only the published model
/// @param words what the runtime's is, for people
/// @param own what the runtime computes
/// @param published the model without any difference
/// @param differences of the runtime, which made of the published model in this order give its own
/// @param lack why the published model is not known, as a sentence that ends in what to do; empty
///   if it is
public record Interpretations(
    String name,
    String words,
    FamilyModel own,
    FamilyModel published,
    List<Difference> differences,
    Optional<String> lack) {
  private static final String WITH = "+";

  public Interpretations {
    differences = List.copyOf(differences);
  }

  /// Those of a checkpoint that is what it says.
  ///
  /// @param difference that may be asked for, but is not made by itself
  public static Interpretations ofPublished(FamilyModel model, Optional<Difference> difference) {
    return new Interpretations(
        Interpretation.SOURCE,
        Interpretation.PUBLISHED,
        model,
        model,
        difference.stream().toList(),
        Optional.empty());
  }

  /// All names that may be asked for, the default first.
  public List<String> names() {
    List<String> names = new ArrayList<>();
    names.add(name);
    if (!name.equals(Interpretation.SOURCE)) {
      names.add(Interpretation.SOURCE);
    }
    differences.forEach(each -> names.add(with(each)));
    return List.copyOf(names);
  }

  /// What they need to be told apart by their losses: the published model, each difference alone
  /// where there are several or no other model has them, and all of them.
  public List<String> walk() {
    List<String> names = new ArrayList<>(List.of(Interpretation.SOURCE));
    if (differences.size() > 1 || name.equals(Interpretation.SOURCE)) {
      differences.forEach(each -> names.add(with(each)));
    }
    if (!name.equals(Interpretation.SOURCE)) {
      names.add(name);
    }
    return List.copyOf(names);
  }

  /// The name of the published model with that difference alone.
  public static String with(Difference difference) {
    return Interpretation.SOURCE + WITH + difference.name();
  }

  /// The one that is asked for.
  ///
  /// @param as its name; the default if empty
  /// @param path of the checkpoint, for the message
  /// @throws RequestException if the checkpoint has none of that name, or does not say what it is
  public Interpretation find(Optional<String> as, String path) {
    String asked = as.orElse(name);
    if (asked.equals(Wanted.BOTH)) {
      throw new RequestException(
          "--as both compares what weights are taken for, and is for perplexity and calculate-perplexity of one model; name one: %s"
              .formatted(String.join(", ", names())));
    }
    if (!names().contains(asked)) {
      throw new RequestException(UnknownName.sentence("interpretation of " + path, asked, names()));
    }
    if (asked.equals(Interpretation.SOURCE) && lack.isEmpty()) {
      return Interpretation.published(published);
    }
    if (asked.equals(name)) {
      return new Interpretation(name, words, own, differences);
    }
    if (lack.isPresent()) {
      throw new RequestException(lack.get());
    }
    Difference alone =
        differences.stream().filter(each -> with(each).equals(asked)).findFirst().orElseThrow();
    return new Interpretation(
        asked,
        "the published model, which " + alone.words(),
        alone.change().apply(published),
        List.of(alone));
  }
}
