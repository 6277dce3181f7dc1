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
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// What MLC calls the tensors of a family's checkpoints and makes of them. Shapes are those of the
/// checkpoint; what no rule speaks of keeps its name, and is a linear layer if it is a matrix.
final class Naming {
  private static final Set<String> OUTPUT_LAYERS = Set.of("lm_head", "lm_head.linear", "embed_out");

  private static final Pattern EXPERT = Pattern.compile("\\.experts\\.\\d+\\.");

  private final Map<String, String> renamed = new LinkedHashMap<>();
  private final Fusions fusions = new Fusions();
  private final Map<String, String> copies = new LinkedHashMap<>();
  private final Set<String> embeddings = new HashSet<>();
  private final List<Cutting> cuttings = new ArrayList<>();
  private Predicate<String> plusOne = _ -> false;
  private boolean inSingle;
  private Predicate<String> single = _ -> true;
  private Predicate<String> plain = _ -> false;
  private Predicate<String> transposed = _ -> false;
  private Predicate<String> singles = _ -> false;
  private Predicate<String> gathered = _ -> false;
  private Function<FamilyModel, RowOrder> order;
  private BiFunction<FamilyModel, String, String> renaming = (_, name) -> name;

  /// A parameter that is cut out of another one's source, and stored before that.
  private record Cutting(
      String piece,
      String name,
      Function<FamilyModel, List<Integer>> shape,
      Function<FamilyModel, Change.Cut> how) {}

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
    fusions.add(stored, parts);
    return this;
  }

  /// Linear layers of all experts in one parameter: of one expert after the other, rows are put one
  /// after the other.
  ///
  /// @param parts in which [Experts#NUMBER] stands for an expert's number
  Naming stacked(String stored, String... parts) {
    return fused(stored, parts);
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

  /// The same where the sum is rounded only once.
  Naming plusOneInSingle(Predicate<String> names) {
    inSingle = true;
    return plusOne(names);
  }

  /// Matrices that no scheme quantizes.
  Naming plain(Predicate<String> names) {
    plain = names;
    return this;
  }

  /// Names that depend on the model, before their pieces are replaced.
  Naming renaming(BiFunction<FamilyModel, String, String> other) {
    renaming = other;
    return this;
  }

  /// Something that is stored a second time: parts of the heads of a matrix.
  ///
  /// @param path end of the matrix's path
  /// @param name of the parameter, in the path's place
  Naming cut(
      String path,
      String name,
      Function<FamilyModel, List<Integer>> shape,
      Function<FamilyModel, Change.Cut> how) {
    cuttings.add(new Cutting("." + path + ".weight", name, shape, how));
    return this;
  }

  /// Experts whose stacks are stored as they are in the checkpoint.
  Naming stacks() {
    single = name -> !EXPERT.matcher(name).find();
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
          for (Cutting cutting : cuttings) {
            if (name.endsWith(cutting.piece())) {
              parameters.add(cut(model, name, shape, cutting));
            }
          }
          Fusions.Fusion fusion = fusions.of(name, tensors.keySet());
          done.addAll(fusion.sources());
          parameters.add(parameter(model, fusion, tensors));
        });
    return List.copyOf(parameters);
  }

  private StoredParameter cut(
      FamilyModel model, String name, List<Integer> shape, Cutting cutting) {
    String there = name.substring(0, name.length() - cutting.piece().length() + 1) + cutting.name();
    return new StoredParameter(
        there(model, there),
        cutting.shape().apply(model),
        List.of(name),
        List.of(shape.getFirst()),
        Role.HEADS,
        cutting.how().apply(model));
  }

  private String there(FamilyModel model, String name) {
    String there = renaming.apply(model, name);
    for (Map.Entry<String, String> piece : renamed.entrySet()) {
      there = there.replace(piece.getKey(), piece.getValue());
    }
    return there;
  }

  /// An operation on parameters as MLC stores them: to a norm's whole factor nothing is added.
  Operation asStored(Operation operation) {
    return operation instanceof Norm norm
            && norm.findWeight().filter(weight -> plusOne.test(weight.name())).isPresent()
        ? norm.withOffset(0)
        : operation;
  }

  private StoredParameter parameter(
      FamilyModel model, Fusions.Fusion fusion, Map<String, List<Integer>> tensors) {
    List<String> sources = fusion.sources();
    String there = there(model, fusion.name());
    Change change = change(model, sources.getFirst());
    List<Integer> shape = new ArrayList<>(tensors.get(sources.getFirst()));
    if (change instanceof Change.Transposed) {
      shape = new ArrayList<>(shape.reversed());
    }
    if (sources.size() == 1 && fusion.experts() == 0) {
      Role role = role(fusion.name(), there, shape);
      int rows = new StoredParameter(there, shape, there, role).rows();
      return new StoredParameter(there, shape, sources, List.of(rows), role, change);
    }
    List<Integer> rows = sources.stream().map(source -> tensors.get(source).getFirst()).toList();
    int all = rows.stream().reduce(0, Math::addExact);
    if (fusion.experts() == 0) {
      shape.set(0, all);
      return new StoredParameter(
          there, shape, sources, rows, role(fusion.name(), there, shape), change);
    }
    shape.set(0, all / fusion.experts());
    shape.addFirst(fusion.experts());
    return new StoredParameter(there, shape, sources, rows, Role.EXPERTS, change);
  }

  private Change change(FamilyModel model, String name) {
    if (plusOne.test(name)) {
      return new Change.PlusOne(inSingle);
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
    if (shape.size() != 2 || name.contains("norm") || plain.test(name)) {
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
  private Map<String, List<Integer>> tensors(FamilyModel model) {
    Map<String, List<Integer>> tensors = new LinkedHashMap<>();
    for (Parameter parameter : model.program(Model.Output.SCORE).parameters()) {
      Source source = model.sources().get(parameter.name());
      if (source == null) {
        tensors.put(parameter.name(), parameter.shape());
      } else {
        source
            .resolved(single)
            .tensors()
            .forEach(tensor -> tensors.put(tensor.name(), tensor.shape()));
      }
    }
    return tensors;
  }
}
