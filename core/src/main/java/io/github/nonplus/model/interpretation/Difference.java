package io.github.nonplus.model.interpretation;

import io.github.nonplus.model.family.FamilyModel;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// Something that a runtime computes otherwise than the published model.
///
/// @param name in lower-case letters, digits and underscores, by which it is asked for; where it is
///   about one key of `config.json`, that key
/// @param words what the runtime does, after its name: "ignores sliding_window, which is 4096"
/// @param evidence how it is known
/// @param change makes it in a model that does not have it yet, and nothing else
public record Difference(
    String name, String words, Evidence evidence, UnaryOperator<FamilyModel> change) {
  /// How a difference is known.
  public enum Evidence {
    /// Losses that the runtime itself computed were found to be those of the change.
    EXECUTED,
    /// It was read in the runtime's source. Its losses were never held against ours.
    READ;

    /// In lower case.
    public String words() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Difference {
    if (!name.matches("[a-z0-9_]+")) {
      throw new IllegalArgumentException("a difference named '" + name + "'");
    }
  }
}
