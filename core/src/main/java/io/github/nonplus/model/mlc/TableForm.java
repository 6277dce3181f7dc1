package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/// A form that follows from tables: of names, of fields, and of the same fields in Hugging Face's
/// terms.
///
/// @param family as Hugging Face calls it
/// @param differences of MLC LLM's own model
/// @param unsaid keys that the fields have no place for
/// @param refusals why MLC LLM's own cannot be a model
record TableForm(
    String modelType,
    String family,
    Naming naming,
    Function<FamilyModel, ObjectNode> fields,
    Function<Translation, Translation> terms,
    Function<FamilyModel, List<Difference>> differences,
    List<String> unsaid,
    Function<FamilyModel, Optional<String>> refusals)
    implements MlcForm {
  private static final String CHUNK = "prefill_chunk_size";
  private static final String SINK = "attention_sink_size";

  /// The form of a family of the same name that MLC computes as it is.
  static TableForm of(
      String modelType,
      Naming naming,
      Function<FamilyModel, ObjectNode> fields,
      Function<Translation, Translation> terms) {
    return of(modelType, modelType, naming, fields, terms);
  }

  /// The same of a family of another name.
  static TableForm of(
      String modelType,
      String family,
      Naming naming,
      Function<FamilyModel, ObjectNode> fields,
      Function<Translation, Translation> terms) {
    return new TableForm(
        modelType, family, naming, fields, terms, _ -> List.of(), List.of(), _ -> Optional.empty());
  }

  /// The same where MLC computes something else.
  TableForm differing(Function<FamilyModel, List<Difference>> others) {
    return new TableForm(modelType, family, naming, fields, terms, others, unsaid, refusals);
  }

  /// The same whose fields have no place for keys.
  TableForm unsaid(String... keys) {
    return new TableForm(
        modelType, family, naming, fields, terms, differences, List.of(keys), refusals);
  }

  /// The same of which MLC cannot run every model.
  TableForm refusing(Function<FamilyModel, Optional<String>> reasons) {
    return new TableForm(modelType, family, naming, fields, terms, differences, unsaid, reasons);
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
  public List<Difference> differences(FamilyModel model) {
    return differences.apply(model);
  }

  @Override
  public Optional<String> refusal(FamilyModel model) {
    return refusals.apply(model);
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    FamilyModel model = stored(terms.apply(Translation.of(config)).read(family));
    ObjectNode json = config.json();
    boolean counts =
        json.path("sliding_window_size").asInt(-1) > 0 || json.path("rope_scaling").isObject();
    for (String key : List.of(CHUNK, SINK)) {
      JsonNode value = json.path(key);
      if (counts && value.canConvertToInt() && value.isIntegralNumber()) {
        model = model.withFact(key, value.asText());
      }
    }
    return model;
  }

  /// The model with the calls and the cache of another one.
  static FamilyModel servedAs(FamilyModel other, FamilyModel model) {
    FamilyModel served = model;
    for (String key : List.of(CHUNK, SINK)) {
      String value = other.facts().get(key);
      served = value == null ? served : served.withFact(key, value);
    }
    return served;
  }

  /// Tokens that MLC computes at once, where that can matter.
  static OptionalInt chunk(FamilyModel model) {
    return number(model, CHUNK);
  }

  /// Tokens that a cache which slides never drops, where the directory says it.
  static OptionalInt sink(FamilyModel model) {
    return number(model, SINK);
  }

  private static OptionalInt number(FamilyModel model, String fact) {
    String value = model.facts().get(fact);
    return value == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(value));
  }

  @Override
  public FamilyModel stored(FamilyModel model) {
    return model.adapted(naming::asStored);
  }
}
