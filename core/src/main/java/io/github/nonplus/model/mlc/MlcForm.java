package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.family.FamilyModel;
import java.util.List;

/// A family as MLC LLM writes it.
public interface MlcForm {
  /// The family's name, there as here.
  String modelType();

  /// Its parameters in MLC's weight format, layer by layer.
  List<StoredParameter> storedParameters(FamilyModel model);

  /// The object `model_config` of `mlc-chat-config.json`, keys in MLC's order.
  ObjectNode modelConfig(FamilyModel model);

  /// What MLC LLM itself would get wrong with the weights of this model; empty if nothing.
  List<String> caveats(FamilyModel model);

  /// Reads such an object.
  FamilyModel read(ConfigReader config);
}
