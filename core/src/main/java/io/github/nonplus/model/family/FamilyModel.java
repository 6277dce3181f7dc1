package io.github.nonplus.model.family;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.Model;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.Source;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/// What a family makes of a configuration.
///
/// @param decoder what is computed
/// @param sizes as the configuration says them
/// @param contextWindow the longest window that the model was made for
/// @param limit the longest window that it can be given at all; empty if there is none
/// @param facts what a person wants to know of it, by the names of the configuration's keys
/// @param sources how parameters are made of the checkpoint's tensors, where they are not the
///   tensors of their very names
/// @param unused endings of tensors that a checkpoint may hold although nobody reads them; with a
///   dot at the end, beginnings
/// @param copy the name of a second copy of the embedding that may be there where the output layer
///   is tied to it; empty if it is not
/// @param whole the type of the model of which this is the text part, if it is one
/// @param positions the rotary positions as MLC writes them; null if the family has none
/// @param configuration what it was read from
/// @param adaptation of its operations, where the model is stored or computed otherwise than its
///   family
/// @param beyond what becomes of its operations in windows that are longer than `limit`; empty if
///   there can be none
public record FamilyModel(
    Decoder decoder,
    Sizes sizes,
    int contextWindow,
    OptionalInt limit,
    Map<String, String> facts,
    Map<String, Source> sources,
    Set<String> unused,
    Optional<String> copy,
    RotaryPositions positions,
    Optional<String> whole,
    ObjectNode configuration,
    UnaryOperator<List<Operation>> adaptation,
    Optional<UnaryOperator<List<Operation>>> beyond)
    implements Model {
  /// Where checkpoints have layers that predict further tokens than the next, of which no loss is.
  private static final String FURTHER_TOKENS = "mtp.";

  public FamilyModel {
    facts = new LinkedHashMap<>(facts);
    configuration = configuration.deepCopy();
    sources = Map.copyOf(sources);
    unused = new TreeSet<>(unused);
  }

  /// A copy.
  @Override
  public ObjectNode configuration() {
    return configuration.deepCopy();
  }

  @Override
  public String modelType() {
    return facts.get("model_type");
  }

  @Override
  public int vocabularySize() {
    return sizes.vocabulary();
  }

  /// Whether a switch among the facts is on.
  public boolean is(String fact) {
    return "true".equals(facts.get(fact));
  }

  @Override
  public Program program(Output output) {
    return new Program(adaptation.apply(decoder.program(output).operations()));
  }

  /// The same with operations replaced, after those that were before.
  public FamilyModel adapted(UnaryOperator<Operation> other) {
    return rewritten(operations -> operations.stream().map(other).toList());
  }

  /// The same with other operations, made of those that were before.
  public FamilyModel rewritten(UnaryOperator<List<Operation>> other) {
    return with(
        contextWindow,
        limit,
        facts,
        operations -> other.apply(adaptation.apply(operations)),
        beyond);
  }

  /// The same for windows of up to `tokens` tokens, and no longer ones.
  public FamilyModel upTo(int tokens) {
    return with(tokens, OptionalInt.of(tokens), facts, adaptation, Optional.empty());
  }

  /// The same for windows of up to `tokens` tokens, and with other operations for longer ones: what
  /// becomes of those that it has in the end.
  public FamilyModel upTo(int tokens, UnaryOperator<List<Operation>> longer) {
    return with(tokens, OptionalInt.of(tokens), facts, adaptation, Optional.of(longer));
  }

  /// The same for windows as long as those of another model, if that has a limit.
  FamilyModel limitedAs(FamilyModel other) {
    return other.limit.isPresent()
        ? with(other.contextWindow, other.limit, facts, adaptation, other.beyond)
        : this;
  }

  @Override
  public Optional<Model> longer() {
    return beyond.map(
        other ->
            rewritten(other)
                .with(
                    contextWindow,
                    OptionalInt.empty(),
                    facts,
                    rewritten(other).adaptation(),
                    Optional.empty()));
  }

  /// The same with something more that a person wants to know.
  public FamilyModel withFact(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(facts);
    more.put(name, value);
    return with(contextWindow, limit, more, adaptation, beyond);
  }

  private FamilyModel with(
      int window,
      OptionalInt longest,
      Map<String, String> otherFacts,
      UnaryOperator<List<Operation>> other,
      Optional<UnaryOperator<List<Operation>>> longer) {
    return new FamilyModel(
        decoder,
        sizes,
        window,
        longest,
        otherFacts,
        sources,
        unused,
        copy,
        positions,
        whole,
        configuration,
        other,
        longer);
  }

  /// The tensors of a checkpoint that the model is made of.
  public Set<String> tensors() {
    Set<String> tensors = new TreeSet<>();
    for (Parameter parameter : program(Output.SCORE).parameters()) {
      Source source = sources.get(parameter.name());
      if (source == null) {
        tensors.add(parameter.name());
      } else {
        source.tensors().forEach(tensor -> tensors.add(tensor.name()));
      }
    }
    return tensors;
  }

  /// The same as the text part of a larger model.
  FamilyModel asTextOf(String modelType) {
    return new FamilyModel(
        decoder,
        sizes,
        contextWindow,
        limit,
        facts,
        sources,
        unused,
        copy,
        positions,
        Optional.of(modelType),
        configuration,
        adaptation,
        beyond);
  }

  /// What a user must know of what is measured; empty if it is all of the model.
  public Optional<String> notice() {
    return whole.map(
        type ->
            "This %s is a model of more than text: only its text part, a %s, is measured."
                .formatted(type, modelType()));
  }

  /// The name that the model has for a tensor of a checkpoint.
  public String nameOf(String checkpointName) {
    return whole.isPresent() ? Composite.textName(checkpointName) : checkpointName;
  }

  @Override
  public boolean ignores(String checkpointName) {
    return (whole.isPresent() && Composite.isOther(checkpointName))
        || checkpointName.startsWith(FURTHER_TOKENS)
        || unused.stream().anyMatch(each -> isNamed(checkpointName, each))
        || copy.filter(checkpointName::equals).isPresent();
  }

  private static boolean isNamed(String name, String part) {
    return part.endsWith(".") ? name.startsWith(part) : name.endsWith(part);
  }

  @Override
  public Optional<String> originalOf(String checkpointName) {
    return copy.filter(checkpointName::equals).map(_ -> decoder.embedding().name() + ".weight");
  }
}
