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
/// @param published the model as its family's checkpoints store it
/// @param asStored makes of a model of this architecture the one of the tensors as they are stored
public record GgufModel(
    FamilyModel model,
    Map<String, Source> sources,
    List<Departure> departures,
    List<String> notices,
    FamilyModel published,
    UnaryOperator<FamilyModel> asStored) {
  public GgufModel {
    sources = Map.copyOf(sources);
    departures = List.copyOf(departures);
    notices = List.copyOf(notices);
  }
}
