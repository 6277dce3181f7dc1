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
/// model: a parameter comes when the first of its sources does, and those of one source in the
/// order in which they are given.
///
/// @param totalParameters the elements of all files as MLC counts them while it loads files in this
///   order: a file that it has to load twice counts twice, rotary frequencies never
/// @param unmapped tensors of the checkpoint that no parameter is made of
record ArrivalOrder(List<StoredParameter> parameters, long totalParameters, List<String> unmapped) {
  /// What MLC knows that nobody needs: tables that follow from the configuration.
  private static final List<String> UNUSED =
      List.of(".rotary_emb.inv_freq", ".attn.bias", ".attention.bias", ".attention.masked_bias");

  static ArrivalOrder of(SafetensorsCheckpoint checkpoint, List<StoredParameter> parameters) {
    Map<String, List<StoredParameter>> parametersOf = new HashMap<>();
    for (StoredParameter parameter : parameters) {
      for (String source : parameter.sources()) {
        parametersOf.computeIfAbsent(source, _ -> new ArrayList<>()).add(parameter);
      }
      if (parameter.role() == StoredParameter.Role.OUTPUT_LAYER) {
        // A copy of the embedding comes where the checkpoint has it, if it has it.
        parametersOf.computeIfAbsent(parameter.name(), _ -> new ArrayList<>()).add(parameter);
      }
    }
    List<StoredParameter> order = new ArrayList<>();
    List<String> unmapped = new ArrayList<>();
    Set<StoredParameter> seen = new HashSet<>();
    for (String name : checkpoint.names()) {
      List<StoredParameter> made = parametersOf.getOrDefault(name, List.of());
      made.stream().filter(seen::add).forEach(order::add);
      if (made.isEmpty() && !isUnused(name)) {
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
    return checkpoint.elements(file, name -> !isUnused(name));
  }

  private static boolean isUnused(String name) {
    return UNUSED.stream().anyMatch(name::endsWith);
  }
}
