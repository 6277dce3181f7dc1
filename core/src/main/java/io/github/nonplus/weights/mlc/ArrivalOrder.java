package io.github.nonplus.weights.mlc;

import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The order in which MLC's converter writes parameters, which follows the checkpoint and not the
/// model: a parameter comes when the first of its sources does.
///
/// @param totalParameters the elements of all files as MLC counts them while it loads files in this
///   order: a file that it has to load twice counts twice, rotary frequencies never
/// @param unmapped tensors of the checkpoint that no parameter is made of
record ArrivalOrder(List<StoredParameter> parameters, long totalParameters, List<String> unmapped) {
  private static final String ROTARY_FREQUENCIES = ".rotary_emb.inv_freq";

  static ArrivalOrder of(SafetensorsCheckpoint checkpoint, List<StoredParameter> parameters) {
    Map<String, StoredParameter> parameterOf = new HashMap<>();
    for (StoredParameter parameter : parameters) {
      parameter.sources().forEach(source -> parameterOf.put(source, parameter));
    }
    List<StoredParameter> order = new ArrayList<>();
    List<String> unmapped = new ArrayList<>();
    Set<StoredParameter> seen = new HashSet<>();
    for (String name : checkpoint.names()) {
      StoredParameter parameter = parameterOf.get(name);
      if (parameter != null && seen.add(parameter)) {
        order.add(parameter);
      } else if (parameter == null && !name.endsWith(ROTARY_FREQUENCIES)) {
        unmapped.add(name);
      }
    }
    return new ArrivalOrder(order, countLoaded(checkpoint, order), unmapped);
  }

  /// MLC keeps files until it has to load another one, and then drops those that the parameter at
  /// hand does not need.
  private static long countLoaded(SafetensorsCheckpoint checkpoint, List<StoredParameter> order) {
    long elements = 0;
    Set<Path> loaded = new HashSet<>();
    Map<Path, Long> counts = new HashMap<>();
    for (StoredParameter parameter : order) {
      Set<Path> needed = new HashSet<>();
      parameter.sources().forEach(source -> needed.add(checkpoint.fileOf(source)));
      if (!loaded.containsAll(needed)) {
        loaded.retainAll(needed);
        for (Path file : needed) {
          if (loaded.add(file)) {
            long counted = counts.computeIfAbsent(file, each -> elements(checkpoint, each));
            elements = Math.addExact(elements, counted);
          }
        }
      }
    }
    return elements;
  }

  private static long elements(SafetensorsCheckpoint checkpoint, Path file) {
    return checkpoint.elements(file, name -> !name.endsWith(ROTARY_FREQUENCIES));
  }
}
