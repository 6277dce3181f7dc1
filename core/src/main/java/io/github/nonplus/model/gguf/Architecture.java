package io.github.nonplus.model.gguf;

import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/// An architecture of llama.cpp, as data: which family it is, how its metadata become that family's
/// configuration, as llama.cpp understands them, and where its tensors are.
///
/// @param name `general.architecture`
/// @param family the family's name for a file
/// @param steps from metadata to configuration, after the sizes that all have
/// @param keys the family's own names for keys that others call otherwise
/// @param names of tensors
/// @param plusOne whether one was added to the weights of norms
record Architecture(
    String name,
    Function<Description, String> family,
    List<Consumer<Terms>> steps,
    Map<String, String> keys,
    Names names,
    boolean plusOne) {
  Architecture {
    steps = List.copyOf(steps);
    keys = Map.copyOf(keys);
  }

  /// One that is always the same family.
  static Architecture of(String name, String family, Names names) {
    return of(name, _ -> family, names);
  }

  /// One whose tensors say which family it is.
  static Architecture of(String name, Function<Description, String> family, Names names) {
    return new Architecture(name, family, List.of(), Map.of(), names, false);
  }

  /// The same where these lines of names come first.
  Architecture with(String table) {
    return new Architecture(name, family, steps, keys, names.with(table), plusOne);
  }

  /// The same with a step more.
  Architecture then(Consumer<Terms> step) {
    List<Consumer<Terms>> all = new ArrayList<>(steps);
    all.add(step);
    return new Architecture(name, family, all, keys, names, plusOne);
  }

  /// The same whose family calls keys otherwise: pairs of a key and its name there.
  Architecture calling(String... pairs) {
    Map<String, String> all = new LinkedHashMap<>(keys);
    for (int i = 0; i < pairs.length; i += 2) {
      all.put(pairs[i], pairs[i + 1]);
    }
    return new Architecture(name, family, steps, all, names, plusOne);
  }

  /// The same with one added to the weights of norms.
  Architecture plusOnes() {
    return new Architecture(name, family, steps, keys, names, true);
  }

  /// What a file's metadata say, as llama.cpp computes it.
  GgufModel read(Description file) {
    Terms terms = new Terms(file, family.apply(file));
    Sizing.read(terms);
    steps.forEach(step -> step.accept(terms));
    file.refuseUnknown();
    return of(file, Families.read(terms.config(keys)), terms.departures(), terms.notices());
  }

  /// A model whose configuration was read elsewhere, of this file's tensors.
  GgufModel of(
      Description file, FamilyModel model, List<Departure> departures, List<String> notices) {
    Map<String, Source> sources = new HashMap<>();
    for (FamilyModel.Output output : FamilyModel.Output.values()) {
      for (Parameter parameter : model.program(output).parameters()) {
        Source source =
            model
                .sources()
                .getOrDefault(
                    parameter.name(), new Source.Stored(parameter.name(), parameter.shape()));
        sources.put(parameter.name(), source.with(tensor -> tensor(file, model, tensor)));
      }
    }
    return new GgufModel(asStored(model), sources, departures, notices, model, this::asStored);
  }

  /// How a tensor of the family's checkpoints is made of the file's.
  Source tensor(Description file, FamilyModel model, Source.Stored tensor) {
    return names.source(model, tensor).with(new Fusion(file, model.sizes())::source);
  }

  private FamilyModel asStored(FamilyModel model) {
    return plusOne ? model.adapted(Architecture::withoutOffset) : model;
  }

  private static Operation withoutOffset(Operation operation) {
    return operation instanceof Norm norm && norm.offset() == 1 ? norm.withOffset(0) : operation;
  }
}
