package io.github.nonplus.checkpoint;

import io.github.nonplus.failure.RequestException;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.model.Model;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.op.ExpertMatMul;
import io.github.nonplus.program.op.FakeQuantize;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Experts;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.storage.InputCodes;
import io.github.nonplus.storage.QuantizedWeights;
import io.github.nonplus.storage.Storage;
import io.github.nonplus.weights.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A model whose products read inputs that have been rounded to codes, each as the checkpoint asks
/// for the product's matrix.
final class QuantizedInputs {
  /// What a model of it is told apart by.
  private static final String FACT = "activations";

  private final Path path;
  private final FamilyModel model;
  private final QuantizedWeights weights;
  private final Map<String, Optional<InputCodes>> codes = new HashMap<>();

  private QuantizedInputs(Path path, FamilyModel model, QuantizedWeights weights) {
    this.path = path;
    this.model = model;
    this.weights = weights;
  }

  /// @throws RequestException if the checkpoint asks for nothing, or for more than inputs
  static FamilyModel of(HuggingFaceDirectory directory, Storage storage) {
    if (storage.notApplied().isEmpty()) {
      throw new RequestException(
          "%s (%s) does not ask for rounded activations; leave --activations as-stored out"
              .formatted(directory.path(), storage.name()));
    }
    if (!storage.beyondInputs().isEmpty()) {
      throw new RequestException(
          "%s asks for %s, which is not computed; leave --activations as-stored out"
              .formatted(directory.path(), String.join(" and ", storage.beyondInputs())));
    }
    FamilyModel model = directory.model();
    try (QuantizedWeights weights = directory.openQuantized()) {
      QuantizedInputs inputs = new QuantizedInputs(directory.path(), model, weights);
      for (Model.Output output : Model.Output.values()) {
        inputs.rewritten(model.program(output).operations()); // finds and checks all codes
      }
      return model.rewritten(inputs::rewritten).withFact(FACT, "as stored");
    }
  }

  /// Inputs that several products read are rounded once.
  private List<Operation> rewritten(List<Operation> operations) {
    List<Operation> all = new ArrayList<>();
    Map<Map.Entry<View, InputCodes>, View> rounded = new HashMap<>();
    for (Operation operation : operations) {
      if (operation instanceof ExpertMatMul experts && !alike(experts)) {
        all.addAll(apart(experts));
        continue;
      }
      Optional<InputCodes> wanted = codes(operation);
      if (wanted.isPresent()) {
        View input = operation.inputs().getFirst();
        View found =
            rounded.computeIfAbsent(
                Map.entry(input, wanted.get()),
                _ -> {
                  FakeQuantize quantize = quantize(operation, input, wanted.get());
                  all.add(quantize);
                  return quantize.output().view();
                });
        all.add(operation.withInputs(view -> view.equals(input) ? found : view));
      } else {
        all.add(operation);
      }
      operation
          .written()
          .ifPresent(
              written ->
                  rounded
                      .keySet()
                      .removeIf(each -> each.getKey().buffer().equals(written.buffer())));
    }
    return all;
  }

  private FakeQuantize quantize(Operation operation, View input, InputCodes wanted) {
    int group = wanted.scales().group();
    if (group > 0 && input.width() % group != 0) {
      throw new WeightsException(
          "%s asks for a scale for each %d inputs, of which '%s' has %d, no whole number of groups; leave --activations as-stored out"
              .formatted(path, group, operation.text(), input.width()));
    }
    String name = operation.result().map(result -> result.name()).orElse("score") + ".input";
    Buffer output = new Buffer(name, input.buffer().rows(), input.width());
    return FakeQuantize.of(input, wanted.codes(), wanted.scales(), output);
  }

  /// Whether all experts, and all that is computed of one, ask for the same.
  private boolean alike(ExpertMatMul experts) {
    return experts.parts().stream()
            .flatMap(part -> part.all().stream())
            .map(layer -> of(layer.weight().name()))
            .distinct()
            .count()
        == 1;
  }

  /// A product for each part, of rows that are rounded for their own experts.
  private List<Operation> apart(ExpertMatMul experts) {
    List<Operation> all = new ArrayList<>();
    List<View> results = new ArrayList<>();
    View input = experts.input();
    for (int i = 0; i < experts.parts().size(); i++) {
      Experts part = experts.parts().get(i);
      InputCodes wanted = ofExperts(part);
      String name = experts.output().name() + "." + i;
      Buffer rounded = new Buffer(name + ".input", input.buffer().rows(), input.width());
      Buffer result =
          experts.parts().size() == 1
              ? experts.output()
              : new Buffer(name, input.buffer().rows(), part.outputs());
      all.add(
          new FakeQuantize(
              input,
              wanted.codes(),
              wanted.scales(),
              new FakeQuantize.Routed(experts.routing(), part.count()),
              rounded));
      all.add(new ExpertMatMul(rounded.view(), experts.routing(), List.of(part), result));
      results.add(result.view());
    }
    if (results.size() > 1) {
      all.add(new Concatenate(results, experts.output()));
    }
    return all;
  }

  /// What the experts of a part ask for, with [Experts#NUMBER] in the names of what is stored.
  private InputCodes ofExperts(Experts part) {
    InputCodes pattern = null;
    for (int expert = 0; expert < part.count(); expert++) {
      String weight = part.of(expert).weight().name();
      InputCodes its = of(weight).orElse(null);
      InputCodes named = its == null ? null : its.named(weight, part.weight());
      if (named == null || (pattern != null && !named.equals(pattern))) {
        throw new WeightsException(
            "%s asks for inputs of '%s' that are not rounded as those of other experts; leave --activations as-stored out"
                .formatted(path, weight));
      }
      pattern = named;
    }
    return pattern;
  }

  private Optional<InputCodes> codes(Operation operation) {
    return switch (operation) {
      case MatMul product -> one(product.parts());
      case Score score -> one(List.of(score.head()));
      case ExpertMatMul experts ->
          one(experts.parts().stream().flatMap(part -> part.all().stream()).toList());
      default -> Optional.empty();
    };
  }

  /// What all layers of one product ask for.
  private Optional<InputCodes> one(List<Linear> layers) {
    List<Optional<InputCodes>> found =
        layers.stream().map(layer -> of(layer.weight().name())).distinct().toList();
    if (found.size() > 1) {
      throw new WeightsException(
          "%s asks for inputs of '%s' that are not rounded as those of '%s', which one product reads with it; leave --activations as-stored out"
              .formatted(path, layers.getLast().weight(), layers.getFirst().weight()));
    }
    return found.getFirst();
  }

  private Optional<InputCodes> of(String parameter) {
    Optional<InputCodes> known = codes.get(parameter);
    if (known == null) {
      known = found(parameter);
      codes.put(parameter, known);
    }
    return known;
  }

  private Optional<InputCodes> found(String parameter) {
    Source source = model.sources().get(parameter);
    Stream<String> tensors =
        source == null
            ? Stream.of(parameter)
            : source.resolved(weights::contains).tensors().map(Source.Stored::name);
    List<Optional<InputCodes>> all = tensors.map(weights::inputs).distinct().toList();
    if (all.size() != 1) {
      throw new WeightsException(
          "%s asks for inputs of '%s' that differ with the tensors of which it is made; leave --activations as-stored out"
              .formatted(path, parameter));
    }
    return all.getFirst();
  }
}
