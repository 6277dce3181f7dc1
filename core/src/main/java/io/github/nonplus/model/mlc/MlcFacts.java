package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.family.FamilyModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What `mlc-chat-config.json` cannot say of a model. What it says is read back as it will be when
/// the converted weights are evaluated, so that no fact is lost in silence.
public final class MlcFacts {
  private static final String FILE = "mlc-chat-config.json";

  private MlcFacts() {}

  /// A sentence for each fact that is another one after conversion; empty if none is.
  public static List<String> lost(FamilyModel model) {
    return lost(model, MlcForms.of(model, FILE).modelConfig(model));
  }

  /// What is read of what MLC's configuration says of a model.
  static FamilyModel readBack(FamilyModel model) {
    MlcForm form = MlcForms.of(model, FILE);
    return form.read(new ConfigReader(FILE, form.modelConfig(model)));
  }

  /// @param written as MLC's configuration says it
  static List<String> lost(FamilyModel model, ObjectNode written) {
    Map<String, String> read;
    try {
      read = MlcForms.of(model, FILE).read(new ConfigReader(FILE, written)).facts();
    } catch (ModelException unreadable) {
      return List.of(
          "what %s can say is not this model, and the converted weights cannot be evaluated: %s"
              .formatted(FILE, unreadable.getMessage()));
    }
    List<String> lost = new ArrayList<>();
    model
        .facts()
        .forEach(
            (name, value) -> {
              if (!value.equals(read.get(name))) {
                lost.add(
                    "%s cannot say that %s is %s; the converted weights will be evaluated with %s"
                        .formatted(FILE, name, value, read.getOrDefault(name, "none")));
              }
            });
    return List.copyOf(lost);
  }
}
