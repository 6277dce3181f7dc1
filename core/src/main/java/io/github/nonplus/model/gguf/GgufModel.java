package io.github.nonplus.model.gguf;

import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A model that a file in GGUF holds.
///
/// @param model what is computed
/// @param sources how its parameters are made of the file's tensors
/// @param departures what llama.cpp computes otherwise than the published model, or may
/// @param notices what is not followed of llama.cpp, as sentences
/// @param leftOut beginnings of the names of tensors that no loss depends on
/// @param published the model as its family's checkpoints store it
/// @param asStored makes of a model of this architecture the one of the tensors as they are stored
public record GgufModel(
    FamilyModel model,
    Map<String, Source> sources,
    List<Departure> departures,
    List<String> notices,
    List<String> leftOut,
    FamilyModel published,
    UnaryOperator<FamilyModel> asStored) {
  public GgufModel {
    sources = Map.copyOf(sources);
    departures = List.copyOf(departures);
    notices = List.copyOf(notices);
    leftOut = List.copyOf(leftOut);
  }

  /// A published model, of which nothing is known but how it is stored.
  static GgufModel of(
      FamilyModel model, Map<String, Source> sources, UnaryOperator<FamilyModel> asStored) {
    return new GgufModel(
        asStored.apply(model), sources, List.of(), List.of(), List.of(), model, asStored);
  }

  /// The same with what its architecture says.
  GgufModel with(List<Departure> some, List<String> sentences, List<String> unread) {
    return new GgufModel(model, sources, some, sentences, unread, published, asStored);
  }

  /// Whether a tensor that the model is not made of belongs to something that no loss depends on.
  public boolean leavesOut(String tensor) {
    return leftOut.stream().anyMatch(tensor::startsWith);
  }
}
