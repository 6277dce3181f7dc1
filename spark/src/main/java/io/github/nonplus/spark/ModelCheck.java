package io.github.nonplus.spark;

import io.github.nonplus.device.Devices;
import io.github.nonplus.library.LibraryFile;
import io.github.nonplus.perplexity.ScoringModel;
import io.github.nonplus.scoring.DocumentScorer;
import io.github.nonplus.weights.ModelWeights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// A model looked at by the driver, where its device need not be: whatever is wrong with it, or
/// with an option, is said before the first task.
///
/// @param facts all of it that the bits of a loss depend on
record ModelCheck(String weightsSha256, Map<String, String> facts) {
  /// @param documents how documents are scored, if any are
  static ModelCheck of(
      ModelChoice choice, Optional<DocumentChoice> documents, Consumer<String> note) {
    JavaVersion.require();
    Devices.requireKnown(choice.device());
    ScoringModel model = open(choice, note);
    Map<String, String> facts = new LinkedHashMap<>();
    documents.ifPresent(
        each -> {
          facts.put("protocol", each.protocol());
          facts.put("windows", each.toString());
          facts.put("tokenizer", DocumentScorer.require(model, each.request(), note));
        });
    try (ModelWeights weights = model.directory().openWeights()) {
      facts.put("weights", weights.digest());
      facts.put("quantization", model.directory().quantization());
      facts.put("program", LibraryFile.digest(model.score().program()));
      facts.put("library", model.librarySha256().orElse("none"));
      return new ModelCheck(weights.digest(), facts);
    }
  }

  static ScoringModel open(ModelChoice choice, Consumer<String> note) {
    return ScoringModel.open(
        ModelPlace.of(choice.model()),
        Optional.ofNullable(choice.library()).map(ModelPlace::of),
        choice.context() == null ? OptionalInt.empty() : OptionalInt.of(choice.context()),
        choice.device(),
        note);
  }
}
