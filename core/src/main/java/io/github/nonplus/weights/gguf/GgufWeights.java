package io.github.nonplus.weights.gguf;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.gguf.Gguf;
import io.github.nonplus.gguf.TensorEntry;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.Source;
import io.github.nonplus.weights.StoredWeights;
import io.github.nonplus.weights.ggml.GgmlTypes;
import java.nio.file.Path;
import java.util.List;

/// The tensors of a model in GGUF under the names that they have there, each in the type in which
/// it is stored.
public final class GgufWeights implements StoredWeights {
  private final Gguf gguf;

  /// @param gguf is closed together with this
  public GgufWeights(Gguf gguf) {
    this.gguf = gguf;
  }

  @Override
  public Path path() {
    return gguf.path();
  }

  /// None of the schemes of MLC.
  @Override
  public List<String> names() {
    return gguf.tensors().stream().map(TensorEntry::name).toList();
  }

  @Override
  public boolean contains(String name) {
    return gguf.tensor(name).isPresent();
  }

  @Override
  public Matrix unread(String name, List<Integer> shape) {
    TensorEntry tensor = require(name, shape);
    Source.Stored wanted = new Source.Stored(name, shape);
    if (shape.size() == 1 && tensor.type().weights() > 1) {
      throw new WeightsException(
          "%s: the vector '%s' is of the type %s, expected numbers one by one; convert the model again"
              .formatted(path(), name, tensor.type().name()));
    }
    Matrix matrix =
        Matrix.of(format(tensor), wanted.rows(), wanted.columns(), List.of(tensor.data()));
    return gguf.tensor(name.replaceAll("weight$", "scale"))
        .filter(scale -> !scale.name().equals(name) && Scaled.has(tensor))
        .map(scale -> Scaled.by(matrix, scale, path()))
        .orElse(matrix);
  }

  @Override
  public Matrix matrix(String name, List<Integer> shape) {
    Matrix matrix = unread(name, shape);
    long index = matrix.firstNonFinite();
    if (index >= 0) {
      throw notFinite(
          name, "[%d, %d]".formatted(index / matrix.columns(), index % matrix.columns()));
    }
    return matrix;
  }

  @Override
  public float[] vector(String name, int length) {
    float[] values = new float[length];
    unread(name, List.of(length)).decode(0, length, values, 0);
    for (int i = 0; i < length; i++) {
      if (!Float.isFinite(values[i])) {
        throw notFinite(name, "[%d]".formatted(i));
      }
    }
    return values;
  }

  private WeightsException notFinite(String name, String where) {
    return new WeightsException(
        "%s: tensor '%s' holds a value at %s that is no finite number; the file is damaged"
            .formatted(path(), name, where));
  }

  /// The format of a tensor that a computation needs.
  private Format format(TensorEntry tensor) {
    return GgmlTypes.format(tensor.type().number())
        .orElseThrow(
            () ->
                new WeightsException(
                    "%s: tensor '%s' is of the type %s, which holds no weights in llama.cpp; convert the model again"
                        .formatted(path(), tensor.name(), tensor.type().name())));
  }

  private TensorEntry require(String name, List<Integer> shape) {
    TensorEntry tensor =
        gguf.tensor(name)
            .orElseThrow(
                () ->
                    new WeightsException(
                        "%s has no tensor '%s', which a model of its metadata needs; get the file again"
                            .formatted(path(), name)));
    List<Long> wanted = shape.stream().map(Integer::longValue).toList();
    if (!beyondOne(tensor.shape()).equals(beyondOne(wanted))) {
      throw new WeightsException(
          "%s: tensor '%s' has shape %s, expected %s as the metadata say; get the file again"
              .formatted(path(), name, tensor.shape(), wanted));
    }
    return tensor;
  }

  /// A file may leave out dimensions of one, or have more of them: [n] is [1, n] and [n, 1, 1].
  private static List<Long> beyondOne(List<Long> shape) {
    return shape.stream().filter(dimension -> dimension != 1).toList();
  }

  @Override
  public String digest() {
    return gguf.digest();
  }

  @Override
  public long bytes() {
    return gguf.bytes();
  }

  @Override
  public void close() {
    gguf.close();
  }
}
