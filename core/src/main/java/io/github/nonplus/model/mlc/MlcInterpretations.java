package io.github.nonplus.model.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Difference;
import io.github.nonplus.model.interpretation.Difference.Evidence;
import io.github.nonplus.model.interpretation.Interpretations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What weights in MLC's format can be taken for: what MLC LLM's own model computes of them, in
/// float32 arithmetic, which is the default; and the published model.
public final class MlcInterpretations {
  /// The name of MLC LLM's own.
  public static final String NAME = "mlc";

  private static final String BASE = "rope_theta";
  private static final List<String> ROTATIONS = List.of("rope_parameters", "rope_scaling");

  private final MlcForm form;
  private final FamilyModel chat;
  private final String path;

  private MlcInterpretations(MlcForm form, FamilyModel chat, String path) {
    this.form = form;
    this.chat = chat;
    this.path = path;
  }

  /// Those of a directory.
  ///
  /// @param chat the model as `mlc-chat-config.json` says it
  /// @param config the published model as its `config.json` says it, if that was given
  /// @param path of the directory, for messages
  public static Interpretations of(
      MlcForm form, FamilyModel chat, Optional<FamilyModel> config, String path) {
    MlcInterpretations all = new MlcInterpretations(form, chat, path);
    return config.map(each -> all.against(form.stored(each))).orElseGet(all::alone);
  }

  /// Those of what is made of a checkpoint by conversion.
  public static Interpretations ofConverted(MlcForm form, FamilyModel model, String path) {
    return of(form, MlcFacts.readBack(model), Optional.of(model), path);
  }

  private Interpretations alone() {
    List<String> unsaid = form.unsaid();
    return interpretations(
        chat,
        form.differences(chat),
        unsaid.isEmpty()
            ? Optional.empty()
            : Optional.of(
                "%s: mlc-chat-config.json does not say %s of the published model; give the folder with its config.json with --config"
                    .formatted(path, String.join(" and ", unsaid))));
  }

  private Interpretations interpretations(
      FamilyModel published, List<Difference> differences, Optional<String> lack) {
    return new Interpretations(
        NAME,
        "what MLC LLM's own %s computes, in float32 arithmetic".formatted(form.modelType()),
        apply(form.differences(chat), chat),
        published,
        differences,
        lack);
  }

  private Interpretations against(FamilyModel published) {
    requireSameWeights(published);
    List<Difference> differences = new ArrayList<>();
    FamilyModel configured = configured(published);
    if (!Differences.isSame(configured, published)) {
      differences.add(
          new Difference(
              "configuration",
              "has another configuration: " + different(published, configured),
              Evidence.READ,
              this::configured));
    }
    differences.addAll(form.differences(configured));
    Interpretations all = interpretations(published, differences, Optional.empty());
    if (!Differences.isSame(apply(differences, published), all.own())) {
      throw new ModelException(
          "%s: config.json describes another model than mlc-chat-config.json: %s; give the one that was converted"
              .formatted(path, different(published, chat)));
    }
    return all;
  }

  private void requireSameWeights(FamilyModel published) {
    Map<String, List<Integer>> there = new TreeMap<>();
    form.storedParameters(published).forEach(each -> there.put(each.name(), each.shape()));
    for (StoredParameter parameter : form.storedParameters(chat)) {
      List<Integer> shape = there.get(parameter.name());
      boolean isSameModel = published.modelType().equals(chat.modelType());
      if (!isSameModel || !parameter.shape().equals(shape)) {
        throw new ModelException(
            "%s: config.json is of another model: a %s whose '%s' has the shape %s, and here it is %s; give the one that was converted"
                .formatted(
                    path,
                    published.modelType(),
                    parameter.name(),
                    shape == null ? "of none" : shape,
                    parameter.shape()));
      }
    }
  }

  /// The published model with everything that `mlc-chat-config.json` says.
  private FamilyModel configured(FamilyModel published) {
    if (form.unsaid().isEmpty()) {
      return chat;
    }
    ObjectNode json = published.configuration();
    ObjectNode said = chat.configuration();
    if (said.has(BASE)) {
      for (String key : ROTATIONS) {
        if (json.path(key) instanceof ObjectNode rotation) {
          rotation.remove(BASE);
        }
      }
    }
    said.properties().forEach(each -> json.set(each.getKey(), each.getValue()));
    return TableForm.servedAs(chat, Families.reread(published, json));
  }

  private static FamilyModel apply(List<Difference> differences, FamilyModel model) {
    FamilyModel changed = model;
    for (Difference difference : differences) {
      changed = difference.change().apply(changed);
    }
    return changed;
  }

  /// The facts in which two models differ, in words.
  private static String different(FamilyModel published, FamilyModel other) {
    List<String> different = new ArrayList<>();
    published
        .facts()
        .forEach(
            (name, value) -> {
              String its = other.facts().get(name);
              if (!value.equals(its)) {
                different.add("%s is %s and not %s".formatted(name, its, value));
              }
            });
    return different.isEmpty() ? "it computes something else" : String.join(", ", different);
  }
}
