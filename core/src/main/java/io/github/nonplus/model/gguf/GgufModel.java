package io.github.nonplus.model.gguf;

import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.Map;

/// A model that a file in GGUF holds.
///
/// @param model what is computed
/// @param sources how its parameters are made of the file's tensors
/// @param departures what llama.cpp computes otherwise than the published model, or may
/// @param notices what is not followed of llama.cpp, as sentences
public record GgufModel(
    FamilyModel model,
    Map<String, Source> sources,
    List<Departure> departures,
    List<String> notices) {
  public GgufModel {
    sources = Map.copyOf(sources);
    departures = List.copyOf(departures);
    notices = List.copyOf(notices);
  }
}
