package io.github.nonplus.model.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.Model.Output;
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
import java.util.function.UnaryOperator;

/// What a file's weights can be taken for: what llama.cpp computes, which is the default; and,
/// where the published model's configuration lies elsewhere, that model.
public final class LlamaCpp {
  /// The name of what llama.cpp computes.
  public static final String NAME = "llamacpp";

  private static final String WORDS = "what llama.cpp computes from the file";
  private static final String METADATA = "metadata";

  private LlamaCpp() {}

  /// Where nothing says what the published model is: in an architecture of which no departure is
  /// known, it is taken for the same.
  ///
  /// @param path of the file, for messages
  public static Interpretations of(GgufModel own, String path) {
    List<Difference> differences =
        own.departures().stream()
            .filter(Departure::likely)
            .map(each -> difference(each, UnaryOperator.identity()))
            .toList();
    return new Interpretations(
        NAME,
        WORDS,
        own.model(),
        own.model(),
        differences,
        own.departures().isEmpty()
            ? Optional.empty()
            : Optional.of(
                "%s does not say all of the published model, as no GGUF does; give the folder with its config.json by --config"
                    .formatted(path)));
  }

  /// Where its configuration was read.
  ///
  /// @param published of the file's tensors
  public static Interpretations of(GgufModel own, GgufModel published) {
    List<Difference> differences = new ArrayList<>();
    FamilyModel model = published.model();
    for (Departure departure : own.departures()) {
      UnaryOperator<FamilyModel> change =
          before -> published.asStored().apply(changed(before, departure));
      FamilyModel after = change.apply(model);
      if (!isSame(model, after)) {
        differences.add(difference(departure, change));
        model = after;
      }
    }
    if (!isSame(model, own.model())) {
      String words = "takes what the metadata say: " + facts(model, own.model());
      differences.add(new Difference(METADATA, words, Evidence.READ, _ -> own.model()));
    }
    return new Interpretations(
        NAME, WORDS, own.model(), published.model(), differences, Optional.empty());
  }

  private static Difference difference(Departure departure, UnaryOperator<FamilyModel> change) {
    return new Difference(
        departure.name(),
        departure.words(),
        departure.executed() ? Evidence.EXECUTED : Evidence.READ,
        change);
  }

  private static FamilyModel changed(FamilyModel model, Departure departure) {
    ObjectNode json = model.configuration();
    departure
        .settings()
        .forEach(
            (key, value) -> {
              boolean isOff = key.equals(Steps.SWITCH) && !json.has(key);
              if (isOff) {
                return; // a family without that switch would not know it
              }
              if (value.isNull()) {
                json.putNull(key);
              } else {
                json.set(key, value);
              }
            });
    return Families.read(new ConfigReader("the configuration with " + departure.name(), json))
        .adapted(departure.change());
  }

  private static boolean isSame(FamilyModel one, FamilyModel other) {
    return one.program(Output.SCORE).operations().equals(other.program(Output.SCORE).operations());
  }

  /// The facts in which two models differ.
  private static String facts(FamilyModel one, FamilyModel other) {
    Map<String, String> theirs = new TreeMap<>(other.facts());
    List<String> differing = new ArrayList<>();
    one.facts()
        .forEach(
            (name, value) -> {
              String there = theirs.getOrDefault(name, "nothing");
              if (!there.equals(value) && !name.equals("model_type")) {
                differing.add("%s %s instead of %s".formatted(name, there, value));
              }
            });
    return differing.isEmpty() ? "a program of its own" : String.join(", ", differing);
  }
}
