package io.github.nonplus.weights.safetensors;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// Which tensor of a checkpoint is which of a model, where the checkpoint names it otherwise: one
/// that was saved from the model without its head lacks a prefix (`model.`), and the one matrix of
/// a tied model may lie under the name of its copy.
public final class TensorNames {
  /// Every tensor is what its name says.
  public static final TensorNames AS_STORED =
      new TensorNames(
          Set.of(), _ -> Optional.empty(), UnaryOperator.identity(), UnaryOperator.identity());

  private final Set<String> needed;
  private final Function<String, Optional<String>> originalOf;
  private final UnaryOperator<String> renamed;

  private final UnaryOperator<String> parameterOf;

  private TensorNames(
      Set<String> needed,
      Function<String, Optional<String>> originalOf,
      UnaryOperator<String> renamed,
      UnaryOperator<String> parameterOf) {
    this.needed = Set.copyOf(needed);
    this.originalOf = originalOf;
    this.renamed = renamed;
    this.parameterOf = parameterOf;
  }

  /// @param needed the model's names
  /// @param originalOf the tensor that another one, if it is there, is a copy of
  /// @param renamed the model's name for a stored one, where it is a part of a larger model
  public static TensorNames of(
      Set<String> needed,
      Function<String, Optional<String>> originalOf,
      UnaryOperator<String> renamed) {
    return new TensorNames(needed, originalOf, renamed, UnaryOperator.identity());
  }

  /// The same where a parameter may be stored in several tensors, which are renamed like it.
  ///
  /// @param parameter the name of the parameter of which a stored tensor is a part
  public TensorNames inParts(UnaryOperator<String> parameter) {
    return new TensorNames(needed, originalOf, renamed, parameter);
  }

  /// The model's name for each stored one, in the order of `stored`.
  Map<String, String> of(Set<String> stored) {
    Set<String> absent = absentPrefixes(stored.stream().map(renamed).collect(Collectors.toSet()));
    Map<String, String> names = LinkedHashMap.newLinkedHashMap(stored.size());
    for (String name : stored) {
      String parameter = parameterOf.apply(name);
      String meant = prefixed(renamed.apply(parameter), absent);
      names.put(name, part(name, parameter, meant));
    }
    Set<String> found = new HashSet<>(names.values());
    for (Map.Entry<String, String> entry : names.entrySet()) {
      Optional<String> original = originalOf.apply(entry.getValue());
      if (original.isPresent() && needed.contains(original.get()) && found.add(original.get())) {
        entry.setValue(original.get());
      }
    }
    return names;
  }

  /// The name of the part `name` of a parameter that is called `meant`.
  private static String part(String name, String parameter, String meant) {
    int same = 0;
    while (same < Math.min(name.length(), parameter.length())
        && name.charAt(same) == parameter.charAt(same)) {
      same++;
    }
    int kept = meant.length() - (parameter.length() - same);
    return meant.substring(0, kept) + name.substring(same);
  }

  /// The first parts of the model's names that no stored name has.
  private Set<String> absentPrefixes(Set<String> stored) {
    Set<String> prefixes = new HashSet<>();
    needed.forEach(name -> prefixes.add(first(name)));
    stored.forEach(name -> prefixes.remove(first(name)));
    return prefixes;
  }

  private static String first(String name) {
    return name.substring(0, name.indexOf('.') + 1);
  }

  private String prefixed(String name, Set<String> prefixes) {
    for (String prefix : prefixes) {
      if (needed.contains(prefix + name)) {
        return prefix + name;
      }
    }
    return name;
  }
}
