package io.github.nonplus.model.family;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.HarmlessKeys;
import io.github.nonplus.model.QuantizedCheckpoint;
import java.util.List;

/// The families that there are.
public final class Families {
  public static final List<Family> ALL =
      List.of(
          new Llama(),
          Qwen2.third(),
          Mistral.sliding("mistral"),
          Qwen2.second(),
          Gemma.second(),
          Gemma.third(),
          new Phi3(),
          Glm.fourth(),
          Gemma.first(),
          Gemma.vault(),
          Glm.first(),
          Mistral.sliding("ministral"),
          Mistral.third(),
          Mistral.cwm());

  private Families() {}

  /// Reads a `config.json`.
  public static FamilyModel read(ConfigReader config) {
    String type = config.stringOr("model_type", "");
    if (type.isEmpty()) {
      throw config.failure("model_type is missing; give the config.json of a Hugging Face model");
    }
    Family family = named(type, config.path());
    QuantizedCheckpoint.refuse(config);
    FamilyModel model = family.read(config);
    config.refuseUnknown(HarmlessKeys.of(type));
    return model;
  }

  /// The family of that name; `path` names the configuration in the failure.
  public static Family named(String modelType, String path) {
    return ALL.stream()
        .filter(family -> family.names().contains(modelType))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    "%s: model_type '%s' is not implemented; this build knows %s"
                        .formatted(
                            path,
                            modelType,
                            String.join(
                                ", ",
                                ALL.stream().flatMap(each -> each.names().stream()).toList()))));
  }
}
