package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.program.rotation.DefaultRotation;
import java.util.ArrayList;
import java.util.List;

/// Collects what MLC LLM's own model of a family would compute otherwise, of what a model has.
final class Caveats {
  private final FamilyModel model;
  private final ObjectNode stated;
  private final String name;
  private final List<String> caveats = new ArrayList<>();

  /// @param name of the family in a sentence
  Caveats(FamilyModel model, String name) {
    this.model = model;
    this.stated = model.configuration();
    this.name = name;
  }

  /// Says that MLC does something if `holds`.
  Caveats when(boolean holds, String what) {
    if (holds) {
      caveats.add("MLC LLM's own %s %s".formatted(name, what));
    }
    return this;
  }

  /// Says that MLC ignores keys that are set to something else than nothing.
  Caveats ignoring(String... keys) {
    for (String key : keys) {
      JsonNode value = stated.path(key);
      when(
          !value.isMissingNode() && !value.isNull() && !value.toString().equals("false"),
          "ignores %s, which is %s".formatted(key, value));
    }
    return this;
  }

  /// Says that MLC ignores a scaling of rotations, if there is one.
  Caveats ignoringScaling() {
    return when(
        !(model.positions().rotation() instanceof DefaultRotation),
        "ignores the rope scaling " + model.positions().scaling());
  }

  /// Says that MLC has one activation, if the model's is another one.
  ///
  /// @param names of it in `config.json`
  /// @param absent what an absent key means
  Caveats activating(String key, String absent, String... names) {
    String own = stated.path(key).asText(absent);
    return when(
        !List.of(names).contains(own),
        "computes %s, and not %s of %s".formatted(names[0], own, key));
  }

  List<String> end() {
    return List.copyOf(caveats);
  }
}
