package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.family.FamilyModel;
import java.util.List;
import java.util.function.Function;

/// A form that follows from tables: of names, of fields, and of the same fields in Hugging Face's
/// terms.
///
/// @param family as Hugging Face calls it
/// @param caveats what MLC LLM itself would get wrong
record TableForm(
    String modelType,
    String family,
    Naming naming,
    Function<FamilyModel, ObjectNode> fields,
    Function<Translation, Translation> terms,
    Function<FamilyModel, List<String>> caveatsOf)
    implements MlcForm {
  /// The form of a family of the same name that MLC computes as it is.
  static TableForm of(
      String modelType,
      Naming naming,
      Function<FamilyModel, ObjectNode> fields,
      Function<Translation, Translation> terms) {
    return new TableForm(modelType, modelType, naming, fields, terms, _ -> List.of());
  }

  /// The same with caveats.
  TableForm warning(Function<FamilyModel, List<String>> caveats) {
    return new TableForm(modelType, family, naming, fields, terms, caveats);
  }

  @Override
  public List<StoredParameter> storedParameters(FamilyModel model) {
    return naming.of(model);
  }

  @Override
  public ObjectNode modelConfig(FamilyModel model) {
    return fields.apply(model);
  }

  @Override
  public List<String> caveats(FamilyModel model) {
    return caveatsOf.apply(model);
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    return stored(terms.apply(Translation.of(config)).read(family));
  }

  @Override
  public FamilyModel stored(FamilyModel model) {
    return model.adapted(naming::asStored);
  }
}
