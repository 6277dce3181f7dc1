package io.github.nonplus.checkpoint;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.files.HubSnapshot;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Interpretation;
import io.github.nonplus.model.interpretation.Interpretations;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.MatrixForm;
import io.github.nonplus.weights.ModelWeights;
import io.github.nonplus.weights.safetensors.OtherWeights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A model on disk: its configuration, understood, and its weights.
public sealed interface ModelDirectory permits HuggingFaceDirectory, MlcDirectory, GgufFile {
  /// The directory.
  Path path();

  /// What the checkpoint is taken for.
  Interpretation interpretation();

  /// Everything that it can be taken for.
  Interpretations interpretations();

  /// The published model's configuration where it lies elsewhere and was read.
  default Optional<Path> config() {
    return Optional.empty();
  }

  /// What is computed.
  default FamilyModel model() {
    return interpretation().model();
  }

  /// How the weights are stored, as results and libraries name it: a scheme such as `q4f16_0`, or
  /// `source` for a checkpoint in its own precision.
  String quantization();

  /// How each matrix of the program is stored, by its parameter's name: one of the forms. Looks at
  /// headers, not at values.
  Map<String, List<MatrixForm>> forms();

  /// What a user must know of what is measured, as sentences.
  default List<String> notices() {
    return model().notice().stream().toList();
  }

  /// Opens the weights.
  ModelWeights openWeights();

  /// Reads the configuration of a directory that a [Container] claims, as the container takes it.
  static ModelDirectory open(Path given) {
    return open(given, Wanted.DEFAULT);
  }

  /// The same, taken for what is wanted.
  static ModelDirectory open(Path given, Wanted wanted) {
    Path path = HubSnapshot.of(given);
    ModelDirectory opened =
        Container.ALL.stream()
            .filter(container -> container.claims(path))
            .findFirst()
            .orElseThrow(() -> new ModelException(unclaimed(path)))
            .open(path, wanted);
    if (!(opened instanceof HuggingFaceDirectory)) {
      wanted.requireExact(path.toString());
    }
    return opened;
  }

  private static String unclaimed(Path path) {
    if (!Files.isDirectory(path)) {
      return path
          + (Files.exists(path) ? " is a file, but no GGUF" : " does not exist")
          + "; give the directory of a Hugging Face model or of converted weights, or a GGUF file";
    }
    return OtherWeights.sentence(path)
        .orElse(
            "%s holds neither %s nor %s; give the directory of a Hugging Face model or of converted weights"
                .formatted(path, HuggingFaceDirectory.CONFIG, MlcDirectory.CONFIG));
  }

  /// What `path` says of converted weights that need not be there: a directory of either form, a
  /// `config.json` or an `mlc-chat-config.json`.
  ///
  /// @param scheme what the weights are to be in; converted weights have to be in it already
  static MlcDirectory configuration(Path path, Quantization scheme, Wanted wanted) {
    if (GgufExport.file(path).isPresent()) {
      throw new ModelException(
          "%s keeps the types that it has; compile it without --quantization, or convert it first"
              .formatted(path));
    }
    Path name = path.getFileName();
    Path parent = path.toAbsolutePath().getParent();
    if (Files.isRegularFile(path) && name.toString().equals(MlcDirectory.CONFIG)) {
      return configuration(parent, scheme, wanted);
    }
    if (!Files.isDirectory(path) || !Files.exists(path.resolve(MlcDirectory.CONFIG))) {
      return MlcDirectory.planned(
          HuggingFaceDirectory.read(path).requireUnquantized(scheme), scheme, wanted);
    }
    MlcDirectory converted = MlcDirectory.read(path, wanted);
    if (!converted.scheme().equals(scheme)) {
      throw new ModelException(
          "%s holds weights in %s, not %s; compile it with --quantization %s"
              .formatted(
                  path, converted.scheme().name(), scheme.name(), converted.scheme().name()));
    }
    return converted;
  }
}
