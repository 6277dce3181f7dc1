package io.github.nonplus.model.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.program.op.Decay;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Scan;
import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.op.StoredRate;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// An architecture of llama.cpp, as data: which family it is, how its metadata become that family's
/// configuration, as llama.cpp understands them, and where its tensors are.
///
/// @param name `general.architecture`
/// @param family the family's name for a file
/// @param sizing reads the sizes
/// @param steps from metadata to configuration, after the sizes
/// @param keys the family's own names for keys that others call otherwise
/// @param names of tensors
/// @param stored makes of a model of the family the one of the numbers that are stored
record Architecture(
    String name,
    Function<Description, String> family,
    Consumer<Terms> sizing,
    List<Consumer<Terms>> steps,
    Map<String, String> keys,
    Names names,
    UnaryOperator<FamilyModel> stored) {
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
    return new Architecture(
        name, family, Sizing::read, List.of(), Map.of(), names, UnaryOperator.identity());
  }

  /// The same with other sizes than attention in every layer has.
  Architecture sized(Consumer<Terms> other) {
    return new Architecture(name, family, other, steps, keys, names, stored);
  }

  /// The same where these lines of names come first.
  Architecture with(String table) {
    return new Architecture(name, family, sizing, steps, keys, names.with(table), stored);
  }

  /// The same with a step more.
  Architecture then(Consumer<Terms> step) {
    List<Consumer<Terms>> all = new ArrayList<>(steps);
    all.add(step);
    return new Architecture(name, family, sizing, all, keys, names, stored);
  }

  /// The same whose family calls keys otherwise: pairs of a key and its name there.
  Architecture calling(String... pairs) {
    Map<String, String> all = new LinkedHashMap<>(keys);
    for (int i = 0; i < pairs.length; i += 2) {
      all.put(pairs[i], pairs[i + 1]);
    }
    return new Architecture(name, family, sizing, steps, all, names, stored);
  }

  /// The same with one added to the weights of norms.
  Architecture plusOnes() {
    return storing(
        operation ->
            operation instanceof Norm norm && norm.offset() == 1 ? norm.withOffset(0) : operation);
  }

  /// The same with factors of decay where checkpoints have rates.
  Architecture factors() {
    return storing(
        operation -> {
          if (operation instanceof Decay decay) {
            return decay.withRatesAs(StoredRate.FACTOR);
          }
          return operation instanceof Scan(ScanLaw.Selective law, Buffer output)
              ? new Scan(law.withRatesAs(StoredRate.FACTOR), output)
              : operation;
        });
  }

  /// The same whose weights have these multipliers of a configuration in them.
  Architecture folding(List<String> multipliers) {
    return with(
        model -> {
          ObjectNode configuration = model.configuration();
          int keys = configuration.size();
          return configuration.remove(multipliers).size() == keys
              ? model
              : Families.reread(model, configuration);
        });
  }

  /// The same whose numbers are stored for other operations.
  Architecture rewriting(UnaryOperator<List<Operation>> other) {
    return with(model -> model.rewritten(other));
  }

  /// The same whose operations find other numbers stored than the family's.
  private Architecture storing(UnaryOperator<Operation> other) {
    return with(model -> model.adapted(other));
  }

  private Architecture with(UnaryOperator<FamilyModel> other) {
    UnaryOperator<FamilyModel> both = model -> other.apply(stored.apply(model));
    return new Architecture(name, family, sizing, steps, keys, names, both);
  }

  /// What a file's metadata say, as llama.cpp computes it.
  GgufModel read(Description file) {
    Terms terms = new Terms(file, family.apply(file));
    sizing.accept(terms);
    steps.forEach(step -> step.accept(terms));
    Sizing.refuseExperts(file);
    file.refuseUnknown();
    FamilyModel model = Families.read(terms.config(keys));
    for (Departure departure : terms.departures()) {
      model = model.adapted(departure.change());
    }
    return of(file, model).with(terms.departures(), terms.notices(), terms.leftOut());
  }

  /// A model whose configuration was read elsewhere, of this file's tensors.
  GgufModel of(Description file, FamilyModel model) {
    Layout layout = Layout.of(file, model);
    Map<String, Source> sources = new HashMap<>();
    for (FamilyModel.Output output : FamilyModel.Output.values()) {
      for (Parameter parameter : model.program(output).parameters()) {
        sources.computeIfAbsent(parameter.name(), _ -> source(layout, model, parameter));
      }
    }
    return GgufModel.of(model, sources, this::asStored);
  }

  private Source source(Layout layout, FamilyModel model, Parameter parameter) {
    Source.Stored own = new Source.Stored(parameter.name(), parameter.shape());
    Source made =
        names
            .ownOf(layout, own)
            .map(new Fusion(layout)::of)
            .orElseGet(
                () ->
                    model
                        .sources()
                        .getOrDefault(parameter.name(), own)
                        .with(tensor -> tensor(layout, tensor)));
    if (made.rows() != own.rows() || made.columns() != own.columns()) {
      throw new IllegalArgumentException(
          "'%s' is %d x %d, and what it is made of %d x %d"
              .formatted(own.name(), own.rows(), own.columns(), made.rows(), made.columns()));
    }
    return made;
  }

  /// How a tensor of the family's checkpoints is made of the file's.
  Source tensor(Layout layout, Source.Stored tensor) {
    return new Fusion(layout).of(names.source(layout, tensor));
  }

  private FamilyModel asStored(FamilyModel model) {
    return stored.apply(model);
  }
}
