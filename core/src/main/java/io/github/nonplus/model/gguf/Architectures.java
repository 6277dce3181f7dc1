package io.github.nonplus.model.gguf;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.gguf.Gguf;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.weights.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The architectures of llama.cpp that are read.
public final class Architectures {
  private static final List<Architecture> ALL =
      Stream.of(
              LlamaArchitectures.ALL,
              GemmaArchitectures.ALL,
              Gemma4Architecture.ALL,
              EarlierArchitectures.ALL,
              MixtureArchitectures.ALL,
              LaterMixtures.ALL,
              LatentArchitectures.ALL,
              RecurrentArchitectures.ALL,
              DeltaArchitectures.ALL)
          .flatMap(List::stream)
          .toList();

  private Architectures() {}

  /// What a file's metadata say, as llama.cpp computes it.
  ///
  /// @throws ModelException if that is not understood
  public static GgufModel read(Gguf gguf) {
    Description file = new Description(gguf);
    Architecture architecture = named(file);
    try {
      return architecture.read(file);
    } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
      throw file.failure(
          "its tensors are not those of a %s: %s".formatted(architecture.name(), e.getMessage()));
    }
  }

  /// The tensors of a file as those of a model whose configuration was read elsewhere.
  public static GgufModel of(Gguf gguf, FamilyModel model) {
    Description file = new Description(gguf);
    try {
      return named(file).of(file, model);
    } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
      throw file.failure(
          "its tensors are not those of a %s: %s".formatted(model.modelType(), e.getMessage()));
    }
  }

  /// How tensors of a family's checkpoints are made of the file's, by their names.
  ///
  /// @param shapes of those tensors, by name
  public static Map<String, Source> tensors(
      Gguf gguf, FamilyModel model, Map<String, List<Integer>> shapes) {
    Description file = new Description(gguf);
    Architecture architecture = named(file);
    Layout layout = Layout.of(file, model);
    Map<String, Source> sources = new HashMap<>();
    shapes.forEach(
        (name, shape) ->
            sources.put(name, architecture.tensor(layout, new Source.Stored(name, shape))));
    return sources;
  }

  private static Architecture named(Description file) {
    return ALL.stream()
        .filter(each -> each.name().equals(file.architecture()))
        .findFirst()
        .orElseThrow(
            () ->
                file.failure(
                    "general.architecture '%s' is not implemented; this build knows %s"
                        .formatted(
                            file.architecture(),
                            String.join(
                                ", ",
                                new TreeSet<>(ALL.stream().map(Architecture::name).toList())))));
  }
}
