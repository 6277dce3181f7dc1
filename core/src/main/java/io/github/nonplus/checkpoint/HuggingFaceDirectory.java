package io.github.nonplus.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.HubSnapshot;
import io.github.nonplus.files.JsonFile;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.Model;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.interpretation.Interpretation;
import io.github.nonplus.model.interpretation.Interpretations;
import io.github.nonplus.model.interpretation.NewerTransformers;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.storage.Activations;
import io.github.nonplus.storage.Decoding;
import io.github.nonplus.storage.QuantizedWeights;
import io.github.nonplus.storage.Storage;
import io.github.nonplus.storage.Storages;
import io.github.nonplus.weights.AssembledWeights;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.MatrixForm;
import io.github.nonplus.weights.Tensor;
import io.github.nonplus.weights.safetensors.CheckpointWeights;
import io.github.nonplus.weights.safetensors.OtherWeights;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import io.github.nonplus.weights.safetensors.TensorNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A Hugging Face model: `config.json` and safetensors, evaluated in the precision of its files.
///
/// @param interpretations what versions of transformers make of it
/// @param interpretation what it is taken for
/// @param storage how matrices are stored that are quantized already; empty if none is
/// @param activations those of the model
public record HuggingFaceDirectory(
    Path path,
    Interpretations interpretations,
    Interpretation interpretation,
    Optional<Storage> storage,
    Decoding decoding,
    Activations activations)
    implements ModelDirectory {
  /// Its configuration.
  public static final String CONFIG = "config.json";

  static final Container CONTAINER = new Container.Directory(CONFIG, HuggingFaceDirectory::read);

  private static final String ADAPTER = "adapter_config.json";

  /// Reads the configuration of a model directory, or a `config.json` by itself.
  public static HuggingFaceDirectory read(Path given) {
    return read(given, Decoding.EXACT);
  }

  /// The same, with weights that are decoded so.
  public static HuggingFaceDirectory read(Path given, Decoding decoding) {
    Path path = HubSnapshot.of(given);
    Path file = Files.isDirectory(path) ? path.resolve(CONFIG) : path;
    if (!Files.exists(file)) {
      throw new ModelException(
          Files.isDirectory(path)
              ? OtherWeights.sentence(path).orElse(missing(file))
              : missing(file));
    }
    ConfigReader config =
        new ConfigReader(file.toString(), JsonFile.readOfPython(file, ModelException::new));
    Path directory = file.getParent() == null ? Path.of("") : file.getParent();
    Optional<Storage> storage = StorageDeclaration.find(directory, config, decoding);
    Interpretations all = NewerTransformers.of(Families.read(config));
    return new HuggingFaceDirectory(
        directory,
        all,
        Interpretation.published(all.published()),
        storage,
        decoding,
        Activations.FLOAT32);
  }

  /// The same with such activations, for which headers of weights are read.
  public HuggingFaceDirectory with(Activations wanted) {
    if (wanted == activations) {
      return this;
    }
    Storage asking = storage.orElseThrow();
    return new HuggingFaceDirectory(
        path,
        interpretations,
        interpretation.with(QuantizedInputs.of(this, asking)),
        storage,
        decoding,
        wanted);
  }

  /// The same, as what is wanted.
  ///
  /// @throws RequestException if it is not known as that
  public static HuggingFaceDirectory read(Path given, Wanted wanted) {
    HuggingFaceDirectory directory = read(given, wanted.decoding());
    if (directory.storage().isEmpty()) {
      wanted.requireExact(given.toString());
    }
    if (wanted.config().isPresent()) {
      throw new RequestException(
          "%s has its own %s, which says all of the model; leave --config out"
              .formatted(given, CONFIG));
    }
    return directory
        .as(directory.interpretations().find(wanted.as(), given.toString()))
        .with(wanted.activations());
  }

  private HuggingFaceDirectory as(Interpretation other) {
    return new HuggingFaceDirectory(path, interpretations, other, storage, decoding, activations);
  }

  @Override
  public FamilyModel model() {
    return interpretation.model();
  }

  private static String missing(Path file) {
    return "%s is missing; give the directory of a Hugging Face model, or its %s"
        .formatted(file, CONFIG);
  }

  /// Refuses to make weights of another scheme of weights that are quantized already: what is lost
  /// twice is no fault of the scheme.
  public HuggingFaceDirectory requireUnquantized(Quantization scheme) {
    if (storage.isPresent()) {
      throw new ModelException(
          "%s is quantized already (%s), and %s of that would be quantized twice; give the original one"
              .formatted(path, storage.get().name(), scheme.name()));
    }
    return this;
  }

  /// Where a checkpoint asks for activations that are not done, its name says so.
  @Override
  public String quantization() {
    return storage
        .map(
            each ->
                each.name()
                    + (each.notApplied().isEmpty() ? "" : activations.suffix())
                    + decoding.suffix())
        .orElse(ModelLibrary.SOURCE_PRECISION);
  }

  /// What else than the model is as it is, and what the checkpoint asks for beside its weights.
  @Override
  public List<String> notices() {
    List<String> notices = new ArrayList<>(model().notice().stream().toList());
    if (interpretation.isPublished()) {
      interpretations.differences().stream().map(NewerTransformers::notice).forEach(notices::add);
    }
    storage.stream()
        .flatMap(each -> each.notApplied().stream())
        .map(asked -> notice().formatted(asked))
        .forEach(notices::add);
    return notices;
  }

  private String notice() {
    return switch (activations) {
      case FLOAT32 ->
          "The checkpoint asks for %s; activations are float32 here, only its weights are as stored.";
      case AS_STORED ->
          "Inputs of products are rounded as the checkpoint asks, %s; all else is float32.";
    };
  }

  @Override
  public Map<String, List<MatrixForm>> forms() {
    try (AssembledWeights weights = openWeights()) {
      Map<String, List<MatrixForm>> forms = new HashMap<>();
      for (Parameter each : model().program(Model.Output.SCORE).parameters()) {
        if (each.shape().size() == 2) {
          String name = each.name();
          forms.put(name, List.of(weights.form(name, each.outputs(), each.inputs())));
        }
      }
      return forms;
    }
  }

  @Override
  public AssembledWeights openWeights() {
    return new AssembledWeights(
        storage.isPresent() ? openQuantized() : new CheckpointWeights(openCheckpoint()),
        model().sources());
  }

  /// Writes weights that are quantized already, decoded, as a new directory of the same model.
  void writeDecoded(Path directory) {
    ObjectNode configuration = model().configuration();
    configuration.remove(Storages.KEYS);
    try (QuantizedWeights weights = openQuantized()) {
      Map<String, List<Integer>> shapes =
          SinglesDirectory.shapes(model(), source -> source.resolved(weights::contains));
      SinglesDirectory.write(
          path,
          configuration,
          shapes,
          new SinglesDirectory.Tensors() {
            @Override
            public float[] vector(String name, int length) {
              return weights.vector(name, length);
            }

            @Override
            public Matrix matrix(String name, List<Integer> shape) {
              return weights.matrix(name, shape);
            }
          },
          directory);
    }
  }

  /// Opens the weights of a checkpoint that is quantized already.
  QuantizedWeights openQuantized() {
    return new QuantizedWeights(openCheckpoint(), storage.orElseThrow())
        .requireUpright(model().sources().values());
  }

  /// Opens the weights as tensors, under the names that the model has for them. A checkpoint that
  /// is not understood is refused.
  public SafetensorsCheckpoint openCheckpoint() {
    refuseAdapter();
    Set<String> used = model().tensors();
    SafetensorsCheckpoint checkpoint =
        SafetensorsCheckpoint.open(
            path,
            TensorNames.of(used, model()::originalOf, model()::nameOf).inParts(this::parameterOf));
    try {
      refuseUnused(checkpoint, used);
      refuseFalseCopies(checkpoint);
      return checkpoint;
    } catch (RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  /// The parameter that a stored tensor is, or is a part of.
  private String parameterOf(String stored) {
    return storage.map(each -> each.parameterOf(stored)).orElse(stored);
  }

  private boolean isUnused(String stored) {
    return storage.stream().flatMap(each -> each.unused().stream()).anyMatch(stored::endsWith);
  }

  /// AutoGPTQ writes a bias for every matrix, all zero where the model has none.
  private boolean isZeroBias(SafetensorsCheckpoint checkpoint, String name) {
    return storage.isPresent()
        && name.endsWith(".bias")
        && checkpoint
            .find(name)
            .filter(tensor -> tensor.firstNotBelow(Float.MIN_VALUE) < 0)
            .isPresent();
  }

  /// Beside an adapter, what transformers loads depends on whether PEFT is installed.
  private void refuseAdapter() {
    if (Files.exists(path.resolve(ADAPTER))) {
      throw new WeightsException(
          "%s holds an adapter (%s) beside the model; remove that file if it is merged, or merge it"
              .formatted(path, ADAPTER));
    }
  }

  /// A tensor that the model does not use may be a part of it that is not understood.
  private void refuseUnused(SafetensorsCheckpoint checkpoint, Set<String> used) {
    for (String name : checkpoint.names()) {
      String parameter = parameterOf(name);
      if (!used.contains(parameter)
          && !model().ignores(parameter)
          && !isUnused(name)
          && !isZeroBias(checkpoint, name)) {
        throw new WeightsException(
            "%s: the checkpoint holds the tensor '%s', which a %s of this configuration does not use;"
                    .formatted(path, name, model().modelType())
                + " check that config.json belongs to these weights");
      }
    }
  }

  /// A second copy of a tied tensor is harmless only as long as it is one.
  private void refuseFalseCopies(SafetensorsCheckpoint checkpoint) {
    for (String name : checkpoint.names()) {
      if (!parameterOf(name).equals(name) && model().originalOf(parameterOf(name)).isPresent()) {
        throw new WeightsException(
            "%s: '%s' is a part of a quantized matrix that config.json ties to the embedding;"
                    .formatted(path, name)
                + " set tie_word_embeddings to false if it is to be used, or remove its tensors");
      }
      Optional<Tensor> original = model().originalOf(name).flatMap(checkpoint::find);
      if (original.isPresent()
          && !checkpoint.find(name).orElseThrow().equalsInValue(original.get())) {
        throw new WeightsException(
            "%s: the tensor '%s' differs from '%s', although config.json ties the two;"
                    .formatted(path, name, original.get().name())
                + " set tie_word_embeddings to false if it is to be used, or remove the tensor");
      }
    }
  }
}
