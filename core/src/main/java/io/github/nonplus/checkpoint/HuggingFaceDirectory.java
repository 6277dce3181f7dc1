package io.github.nonplus.checkpoint;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.JsonFile;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.model.Architecture;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.Model;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.ModelWeights;
import io.github.nonplus.weights.safetensors.CheckpointWeights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/// A Hugging Face model: `config.json` and safetensors, evaluated in the precision of its files.
public record HuggingFaceDirectory(Path path, Model model) implements ModelDirectory {
  static final String CONFIG = "config.json";

  /// Reads the configuration of a model directory, or a `config.json` by itself.
  public static HuggingFaceDirectory read(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(CONFIG) : path;
    if (!Files.exists(file)) {
      throw new ModelException(
          "%s is missing; give the directory of a Hugging Face model, or its %s"
              .formatted(file, CONFIG));
    }
    ConfigReader config =
        new ConfigReader(file.toString(), JsonFile.read(file, ModelException::new));
    String type = config.stringOr("model_type", "");
    if (type.isEmpty()) {
      throw config.failure("model_type is missing; give the config.json of a Hugging Face model");
    }
    Model model = Architecture.named(type, file.toString()).fromHuggingFace(config);
    Path directory = file.getParent();
    return new HuggingFaceDirectory(directory == null ? Path.of("") : directory, model);
  }

  @Override
  public String quantization() {
    return ModelLibrary.SOURCE_PRECISION;
  }

  @Override
  public ModelWeights openWeights() {
    CheckpointWeights weights = CheckpointWeights.open(path);
    try {
      refuseUnused(weights);
      refuseFalseCopies(weights);
      return weights;
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /// A tensor that the model does not use may be a part of it that is not understood.
  private void refuseUnused(CheckpointWeights weights) {
    Set<String> used =
        model.program(Model.Output.SCORE).parameters().stream()
            .map(Parameter::name)
            .collect(Collectors.toSet());
    for (String name : weights.names()) {
      if (!used.contains(name) && !model.ignores(name)) {
        throw new WeightsException(
            "%s: the checkpoint holds the tensor '%s', which a %s of this configuration does not use;"
                    .formatted(path, name, model.modelType())
                + " check that config.json belongs to these weights");
      }
    }
  }

  /// A second copy of a tied tensor is harmless only as long as it is one.
  private void refuseFalseCopies(CheckpointWeights weights) {
    for (String name : weights.names()) {
      String original = model.originalOf(name).filter(weights::contains).orElse(name);
      if (!original.equals(name) && !weights.areEqual(name, original)) {
        throw new WeightsException(
            "%s: the tensor '%s' differs from '%s', although config.json ties the two;"
                    .formatted(path, name, original)
                + " set tie_word_embeddings to false if it is to be used, or remove the tensor");
      }
    }
  }
}
