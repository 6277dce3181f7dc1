package io.github.nonplus.model.mlc;

import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.weights.RowOrder;
import io.github.nonplus.weights.Source;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How a model's parameters are made of what MLC stores, where its converter has changed the order
/// of numbers. What was only concatenated is found under the names of the checkpoint.
final class StoredSources {
  private final Map<String, StoredParameter> changed = new HashMap<>();
  private final Set<String> names = new HashSet<>();

  private StoredSources(List<StoredParameter> parameters) {
    for (StoredParameter parameter : parameters) {
      names.addAll(parameter.sources());
      switch (parameter.change()) {
        case Change.None _, Change.PlusOne _, Change.Cut _ -> {}
        case Change.Transposed _, Change.Gathered _ ->
            changed.put(parameter.sources().getFirst(), parameter);
      }
    }
  }

  /// The sources of a model, by the names of its parameters.
  static Map<String, Source> of(FamilyModel model, List<StoredParameter> parameters) {
    StoredSources stored = new StoredSources(parameters);
    Map<String, Source> sources = new HashMap<>();
    model.sources().forEach((name, source) -> sources.put(name, stored.of(source)));
    return sources;
  }

  /// With orders undone where a part of the source does so.
  private Source of(Source source) {
    return switch (source) {
      case Source.Stored tensor -> tensor(tensor);
      case Source.Rows rows -> rows(of(rows.of()), rows.from(), rows.to());
      case Source.Gathered gathered -> gathered(of(gathered.of()), gathered.order());
      case Source.Transposed transposed -> transposed(of(transposed.of()));
      case Source.Either either -> of(either.resolved(names::contains));
      case Source.Concatenated concatenated ->
          Source.concatenated(concatenated.parts().stream().map(this::of).toList());
      case Source.Sinusoids waves -> waves;
      case Source.Flattened flattened -> of(flattened.of()).flattened();
    };
  }

  private Source tensor(Source.Stored tensor) {
    StoredParameter parameter = changed.get(tensor.name());
    if (parameter == null) {
      return tensor;
    }
    Source there = new Source.Stored(parameter.name(), parameter.shape());
    return switch (parameter.change()) {
      case Change.Transposed _ -> there.transposed();
      case Change.Gathered gathered -> there.gathered(inverse(gathered.order()));
      case Change.None _, Change.PlusOne _, Change.Cut _ -> tensor;
    };
  }

  private static RowOrder inverse(RowOrder order) {
    int[] inverse = new int[order.count()];
    for (int row = 0; row < inverse.length; row++) {
      inverse[order.row(row)] = row;
    }
    return RowOrder.of(inverse);
  }

  private static Source rows(Source of, int from, int to) {
    return of instanceof Source.Gathered gathered
        ? gathered(gathered.of(), gathered.order().slice(from, to))
        : of.rows(from, to);
  }

  private static Source transposed(Source of) {
    return of instanceof Source.Transposed transposed ? transposed.of() : of.transposed();
  }

  private static Source gathered(Source of, RowOrder order) {
    if (of instanceof Source.Gathered gathered) {
      return gathered(gathered.of(), gathered.order().then(order));
    }
    int first = order.row(0);
    for (int row = 0; row < order.count(); row++) {
      if (order.row(row) != first + row) {
        return of.gathered(order);
      }
    }
    return of.rows(first, first + order.count());
  }
}
