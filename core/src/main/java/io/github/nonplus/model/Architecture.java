package io.github.nonplus.model;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.model.llama.Llama;
import java.util.List;

/// A family of models: how its configurations are read. To add one, add a package beside
/// `model.llama` and its line to [#ALL].
public interface Architecture {
  List<Architecture> ALL = List.of(new Llama());

  /// `model_type` in `config.json` and in `mlc-chat-config.json`.
  String modelType();

  /// Reads `config.json`, in either layout.
  Model fromHuggingFace(ConfigReader config);

  /// Reads `model_config` of `mlc-chat-config.json`.
  Model fromMlc(ConfigReader config);

  /// The architecture of that name; `path` names the configuration in the failure.
  static Architecture named(String modelType, String path) {
    for (Architecture architecture : ALL) {
      if (architecture.modelType().equals(modelType)) {
        return architecture;
      }
    }
    throw new ModelException(
        "%s: model_type '%s' is not implemented; this build knows %s"
            .formatted(
                path,
                modelType,
                String.join(", ", ALL.stream().map(Architecture::modelType).toList())));
  }
}
