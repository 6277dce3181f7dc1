package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference;
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A family as MLC LLM writes it.
public interface MlcForm {
  /// The family's name, there as here.
  String modelType();

  /// Types of models that are written in this form beside those of its name.
  default List<String> others() {
    return List.of();
  }

  /// Its parameters in MLC's weight format, layer by layer.
  List<StoredParameter> storedParameters(FamilyModel model);

  /// The object `model_config` of `mlc-chat-config.json`, keys in MLC's order.
  ObjectNode modelConfig(FamilyModel model);

  /// What MLC LLM's own model computes otherwise than this one, which is stored as MLC stores it:
  /// in the order in which it is to be changed.
  List<Difference> differences(FamilyModel model);

  /// Keys of `config.json` that can change numbers, and that MLC's configuration has no place for.
  default List<String> unsaid() {
    return List.of();
  }

  /// Why MLC LLM's own model cannot be that model; empty if it can.
  default Optional<String> refusal(FamilyModel model) {
    return Optional.empty();
  }

  /// Reads such an object.
  FamilyModel read(ConfigReader config);

  /// The model of parameters as they are stored.
  default FamilyModel stored(FamilyModel model) {
    return model;
  }

  /// How the parameters of a model are made of what MLC stores.
  default Map<String, Source> sources(FamilyModel model) {
    return StoredSources.of(model, storedParameters(model));
  }
}
