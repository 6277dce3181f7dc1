package io.github.nonplus.model.mlc;

import io.github.nonplus.model.Model;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.mlc.StoredParameter.Role;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.RowOrder;
import io.github.nonplus.weights.Source;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/// What MLC calls the tensors of a family's checkpoints and makes of them. Shapes are those of the
/// checkpoint; what no rule speaks of keeps its name, and is a linear layer if it is a matrix.
final class Naming {
  private static final Set<String> OUTPUT_LAYERS = Set.of("lm_head", "lm_head.linear", "embed_out");

  private final Map<String, String> renamed = new LinkedHashMap<>();
  private final Map<String, List<String>> fused = new LinkedHashMap<>();
  private final Map<String, String> copies = new LinkedHashMap<>();
  private final Set<String> embeddings = new HashSet<>();
  private Predicate<String> plusOne = _ -> false;
  private Predicate<String> transposed = _ -> false;
  private Predicate<String> singles = _ -> false;
  private Predicate<String> gathered = _ -> false;
  private Function<FamilyModel, RowOrder> order;

  /// Names of the layers that Llama and its like have, with q, k and v as one.
  ///
  /// @param attention MLC's name of what is fused: `self_attn.qkv_proj`
  static Naming llamaLike(String attention) {
    return new Naming()
        .embedding("model.embed_tokens")
        .fused(attention, "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj");
  }

  /// Gate and up as one.
  Naming fusedGate() {
    return fused("mlp.gate_up_proj", "mlp.gate_proj", "mlp.up_proj");
  }

  /// Layers whose rows are put one after the other, by the ends of their paths.
  Naming fused(String stored, String... parts) {
    fused.put(stored, List.of(parts));
    return this;
  }

  /// A piece of a name that is another one there; the first that fits is replaced, all are tried.
  Naming renamed(String piece, String other) {
    renamed.put(piece, other);
    return this;
  }

  /// The path of an embedding in the checkpoint.
  Naming embedding(String path) {
    embeddings.add(path);
    return this;
  }

  /// An output layer that is a copy of an embedding where the checkpoint has none of its own.
  Naming copied(String path, String of) {
    copies.put(of + ".weight", path + ".weight");
    return this;
  }

  /// Tensors of which one is added to the numbers.
  Naming plusOne(Predicate<String> names) {
    plusOne = names;
    return this;
  }

  /// Tensors that are stored transposed.
  Naming transposed(Predicate<String> names) {
    transposed = names;
    return this;
  }

  /// Tensors that stay float32.
  Naming singles(Predicate<String> names) {
    singles = names;
    return this;
  }

  /// Tensors whose rows come in another order.
  Naming gathered(Predicate<String> names, Function<FamilyModel, RowOrder> rows) {
    gathered = names;
    order = rows;
    return this;
  }

  /// The parameters of a model.
  List<StoredParameter> of(FamilyModel model) {
    Map<String, List<Integer>> tensors = tensors(model);
    List<StoredParameter> parameters = new ArrayList<>();
    Set<String> done = new HashSet<>();
    tensors.forEach(
        (name, shape) -> {
          if (done.contains(name)) {
            return;
          }
          String copy = copies.get(name);
          if (copy != null && !tensors.containsKey(copy)) {
            parameters.add(new StoredParameter(copy, shape, name, Role.OUTPUT_LAYER));
          }
          List<String> sources = List.of(name);
          String stored = name;
          for (Map.Entry<String, List<String>> group : fused.entrySet()) {
            String ending = name.substring(name.lastIndexOf('.'));
            String first = "." + group.getValue().getFirst() + ending;
            if (name.endsWith(first)) {
              String at = name.substring(0, name.length() - first.length() + 1);
              sources = group.getValue().stream().map(part -> at + part + ending).toList();
              stored = at + group.getKey() + ending;
            }
          }
          done.addAll(sources);
          parameters.add(parameter(model, stored, sources, tensors));
        });
    return List.copyOf(parameters);
  }

  /// An operation on parameters as MLC stores them: to a norm's whole factor nothing is added.
  Operation asStored(Operation operation) {
    return operation instanceof Norm norm
            && norm.findWeight().filter(weight -> plusOne.test(weight.name())).isPresent()
        ? norm.withOffset(0)
        : operation;
  }

  private StoredParameter parameter(
      FamilyModel model, String name, List<String> sources, Map<String, List<Integer>> tensors) {
    Change change = change(model, sources.getFirst());
    List<Integer> shape = new ArrayList<>(tensors.get(sources.getFirst()));
    if (change instanceof Change.Transposed) {
      shape = new ArrayList<>(shape.reversed());
    }
    List<Integer> rows =
        sources.size() == 1
            ? List.of(shape.getFirst())
            : sources.stream().map(source -> tensors.get(source).getFirst()).toList();
    shape.set(0, rows.stream().mapToInt(Integer::intValue).sum());
    String there = name;
    for (Map.Entry<String, String> piece : renamed.entrySet()) {
      there = there.replace(piece.getKey(), piece.getValue());
    }
    return new StoredParameter(there, shape, sources, rows, role(name, there, shape), change);
  }

  private Change change(FamilyModel model, String name) {
    if (plusOne.test(name)) {
      return new Change.PlusOne();
    }
    if (transposed.test(name)) {
      return new Change.Transposed();
    }
    return gathered.test(name) ? new Change.Gathered(order.apply(model)) : Change.NONE;
  }

  private Role role(String name, String there, List<Integer> shape) {
    if (singles.test(name)) {
      return Role.SINGLE;
    }
    if (shape.size() != 2 || name.contains("norm")) {
      return Role.PLAIN;
    }
    if (embeddings.contains(path(name))) {
      return Role.EMBEDDING;
    }
    return OUTPUT_LAYERS.contains(path(there)) ? Role.OUTPUT_LAYER : Role.LINEAR;
  }

  private static String path(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }

  /// The tensors that a model is made of, with their shapes.
  private static Map<String, List<Integer>> tensors(FamilyModel model) {
    Map<String, List<Integer>> tensors = new LinkedHashMap<>();
    for (Parameter parameter : model.program(Model.Output.SCORE).parameters()) {
      Source source = model.sources().get(parameter.name());
      if (source == null) {
        tensors.put(parameter.name(), parameter.shape());
      } else {
        source.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor.shape()));
      }
    }
    return tensors;
  }
}
