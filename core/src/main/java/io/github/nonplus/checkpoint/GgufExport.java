package io.github.nonplus.checkpoint;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.failure.OutputException;
import io.github.nonplus.files.Reason;
import io.github.nonplus.gguf.Gguf;
import io.github.nonplus.gguf.GgufPath;
import io.github.nonplus.gguf.TensorEntry;
import io.github.nonplus.model.Model.Output;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.gguf.Architectures;
import io.github.nonplus.model.mlc.MlcForms;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.tokenizer.TokenizerFiles;
import io.github.nonplus.weights.AssembledWeights;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.Source;
import io.github.nonplus.weights.gguf.GgufWeights;
import io.github.nonplus.weights.safetensors.SinglesWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// A model in GGUF as the directory of a Hugging Face model: its configuration as llama.cpp
/// understands it, its weights decoded to float32, its tokenizer.
public final class GgufExport {
  private static final Set<String> UNQUANTIZED = Set.of("F32", "F16", "BF16");
  private static final int ROWS = 64;

  private final Path file;
  private final FamilyModel model;
  private final AssembledWeights weights;
  private final Map<String, List<Integer>> shapes;
  private final Set<String> beyondOne;

  private GgufExport(
      Path file,
      FamilyModel model,
      AssembledWeights weights,
      Map<String, List<Integer>> shapes,
      Set<String> beyondOne) {
    this.file = file;
    this.model = model;
    this.weights = weights;
    this.shapes = shapes;
    this.beyondOne = beyondOne;
  }

  /// The file that a path stands for, if it is one in GGUF.
  public static Optional<Path> file(Path path) {
    return Files.exists(path.resolve(HuggingFaceDirectory.CONFIG))
        ? Optional.empty()
        : GgufPath.of(path);
  }

  /// What to say of a file whose matrices are quantized already; empty if none is.
  public static Optional<String> quantized(Path file) {
    try (Gguf gguf = Gguf.open(file)) {
      return gguf.tensors().stream()
          .filter(tensor -> tensor.shape().size() > 1)
          .map(TensorEntry::type)
          .filter(type -> !UNQUANTIZED.contains(type.name()))
          .findFirst()
          .map(
              type ->
                  "%s is quantized already (%s among others), and weights made of it are quantized twice"
                      .formatted(file, type.name()));
    }
  }

  /// Writes the directory, which must not be there.
  public static void write(Path file, Path directory) {
    FamilyModel model;
    Map<String, List<Integer>> shapes = new TreeMap<>();
    Map<String, Source> sources;
    try (Gguf gguf = Gguf.open(file)) {
      model = Architectures.read(gguf).published();
      MlcForms.named(model.modelType(), file.toString()); // of others no tensor is decoded
      for (Parameter parameter : model.program(Output.SCORE).parameters()) {
        Source source = model.sources().get(parameter.name());
        if (source == null) {
          shapes.put(parameter.name(), parameter.shape());
        } else {
          source.tensors().forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
        }
      }
      sources = new HashMap<>(Architectures.tensors(gguf, model, shapes));
    }
    try (AssembledWeights weights =
        new AssembledWeights(new GgufWeights(Gguf.open(file)), sources)) {
      new GgufExport(file, model, weights, shapes, beyondOne(model)).write(directory);
    } catch (IOException e) {
      throw new OutputException(
          "%s cannot be written: %s; free some space, or let NONPLUS_JAVA_OPTIONS=-Djava.io.tmpdir=DIR name another directory"
              .formatted(directory, Reason.of(e)),
          e);
    }
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

  private void write(Path directory) throws IOException {
    Files.createDirectory(directory);
    byte[] configuration = model.configuration().toString().getBytes(StandardCharsets.UTF_8);
    Files.write(directory.resolve(HuggingFaceDirectory.CONFIG), configuration);
    TokenizerFiles tokenizer = TokenizerFiles.of(file);
    if (tokenizer.digest().isPresent()) {
      Files.write(directory.resolve("tokenizer.json"), tokenizer.bytes());
      Files.write(
          directory.resolve("tokenizer_config.json"),
          tokenizer.configuration().toString().getBytes(StandardCharsets.UTF_8));
    }
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(directory.resolve("model.safetensors")))) {
      SinglesWriter writer = SinglesWriter.begin(out, shapes);
      for (Map.Entry<String, List<Integer>> tensor : shapes.entrySet()) {
        write(tensor.getKey(), new Source.Stored(tensor.getKey(), tensor.getValue()), writer);
      }
    }
  }

  private void write(String name, Source.Stored shape, SinglesWriter writer) throws IOException {
    if (shape.shape().size() == 1) {
      float[] values = weights.vector(name, shape.rows());
      for (int i = 0; beyondOne.contains(name) && i < values.length; i++) {
        values[i] -= 1;
      }
      writer.add(values);
      return;
    }
    if (shape.shape().size() > 2) {
      throw new ModelException(
          "%s: the tensor '%s' has more than two dimensions, which are not converted"
              .formatted(file, name));
    }
    Matrix matrix = weights.matrix(name, shape.rows(), shape.columns());
    for (int row = 0; row < matrix.rows(); row += ROWS) {
      int end = Math.min(matrix.rows(), row + ROWS);
      float[] values = new float[Math.multiplyExact(end - row, matrix.columns())];
      matrix.decode(row, end, values, 0);
      writer.add(values);
    }
  }
}
