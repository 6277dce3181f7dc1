package io.github.nonplus.checkpoint;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.gguf.Gguf;
import io.github.nonplus.gguf.GgufPath;
import io.github.nonplus.model.Model.Output;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.gguf.Architectures;
import io.github.nonplus.model.gguf.GgufModel;
import io.github.nonplus.model.mlc.MlcForms;
import io.github.nonplus.program.op.Decay;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.weights.AssembledWeights;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.Source;
import io.github.nonplus.weights.gguf.GgufWeights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A model in GGUF as the directory of a Hugging Face model: its configuration as llama.cpp
/// understands it, its weights decoded to float32, its tokenizer.
public final class GgufExport {
  private static final Set<String> UNQUANTIZED = Set.of("F32", "F16", "BF16");

  private GgufExport() {}

  /// The file that a path stands for, if it is one in GGUF.
  public static Optional<Path> file(Path path) {
    return Files.exists(path.resolve(HuggingFaceDirectory.CONFIG))
        ? Optional.empty()
        : GgufPath.of(path);
  }

  /// What a file's matrices are quantized to already, one type of several; empty if none is.
  public static Optional<String> quantized(Path file) {
    try (Gguf gguf = Gguf.open(file)) {
      return gguf.tensors().stream()
          .filter(tensor -> tensor.shape().size() > 1)
          .map(tensor -> tensor.type().name())
          .filter(type -> !UNQUANTIZED.contains(type))
          .findFirst();
    }
  }

  /// Writes the directory, which must not be there.
  public static void write(Path file, Path directory) {
    FamilyModel model;
    Map<String, List<Integer>> shapes;
    Map<String, Source> sources;
    try (Gguf gguf = Gguf.open(file)) {
      GgufModel own = Architectures.read(gguf);
      model = own.published();
      MlcForms.named(model.modelType(), file.toString()); // of others no tensor is decoded
      requireSameOrder(file, own);
      shapes = SinglesDirectory.shapes(model, source -> source.resolved(_ -> true));
      sources = new HashMap<>(Architectures.tensors(gguf, model, shapes));
    }
    Set<String> beyondOne = beyondOne(model);
    Set<String> rates = rates(model);
    try (AssembledWeights weights =
        new AssembledWeights(new GgufWeights(Gguf.open(file)), sources)) {
      SinglesDirectory.write(
          file,
          model.configuration(),
          shapes,
          new SinglesDirectory.Tensors() {
            @Override
            public float[] vector(String name, int length) {
              float[] values = weights.vector(name, length);
              for (int i = 0; beyondOne.contains(name) && i < values.length; i++) {
                values[i] -= 1;
              }
              for (int i = 0; rates.contains(name) && i < values.length; i++) {
                values[i] = (float) Math.log(-values[i]);
              }
              return values;
            }

            @Override
            public Matrix matrix(String name, List<Integer> shape) {
              Source.Stored stored = new Source.Stored(name, shape);
              return weights.matrix(name, stored.rows(), stored.columns());
            }
          },
          directory);
    }
  }

  /// Where operations are others than the family's, weights lie in another order.
  private static void requireSameOrder(Path file, GgufModel own) {
    int stored = own.model().program(Output.SCORE).operations().size();
    if (stored != own.published().program(Output.SCORE).operations().size()) {
      throw new ModelException(
          "%s: weights of a %s lie in another order here than in checkpoints, which is not converted; give the original checkpoint"
              .formatted(file, own.published().modelType()));
    }
  }

  /// Rates of decay, of which the file has the factors.
  private static Set<String> rates(FamilyModel model) {
    Set<String> names = new HashSet<>();
    for (Operation operation : model.program(Output.SCORE).operations()) {
      if (operation instanceof Decay decay) {
        names.add(decay.rates().name());
      }
    }
    return names;
  }

  /// Weights of norms that families store without the one that is added.
  private static Set<String> beyondOne(FamilyModel model) {
    Set<String> names = new HashSet<>();
    model
        .program(Output.SCORE)
        .operations()
        .forEach(
            operation -> {
              if (operation instanceof Norm norm && norm.offset() == 1) {
                norm.findWeight().ifPresent(weight -> names.add(weight.name()));
              }
            });
    return names;
  }
}
