package io.github.nonplus.weights.safetensors;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.Source;
import io.github.nonplus.weights.StoredWeights;
import io.github.nonplus.weights.Tensor;
import java.nio.file.Path;
import java.util.List;

/// A Hugging Face checkpoint as a model's weights, in the precision of its files.
public final class CheckpointWeights implements StoredWeights {
  private final SafetensorsCheckpoint checkpoint;

  /// @param checkpoint is closed with this
  public CheckpointWeights(SafetensorsCheckpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /// Opens the weights of a Hugging Face model directory, under the names in its files.
  public static CheckpointWeights open(Path directory) {
    return new CheckpointWeights(SafetensorsCheckpoint.open(directory));
  }

  @Override
  public List<String> names() {
    return checkpoint.names();
  }

  @Override
  public Path path() {
    return checkpoint.path();
  }

  @Override
  public boolean contains(String name) {
    return checkpoint.contains(name);
  }

  @Override
  public boolean isShaped(String name, List<Integer> shape) {
    List<Long> wanted = shape.stream().map(Integer::longValue).toList();
    return checkpoint.find(name).filter(tensor -> tensor.shape().equals(wanted)).isPresent();
  }

  @Override
  public Matrix matrix(String name, List<Integer> shape) {
    Matrix matrix = unread(name, shape);
    long index = matrix.firstNonFinite();
    if (index >= 0) {
      throw notFinite(name, checkpoint.find(name).orElseThrow().place(index));
    }
    return matrix;
  }

  @Override
  public Matrix unread(String name, List<Integer> shape) {
    Source.Stored wanted = new Source.Stored(name, shape);
    Tensor tensor = checkpoint.require(name, shape.stream().map(Integer::longValue).toList());
    return new Dense(tensor.type()).matrix(wanted.rows(), wanted.columns(), tensor.data());
  }

  @Override
  public float[] vector(String name, int length) {
    Tensor tensor = checkpoint.require(name, List.of((long) length));
    float[] values = new float[length];
    tensor.read(0, length, values, 0);
    for (int i = 0; i < length; i++) {
      if (!Float.isFinite(values[i])) {
        throw notFinite(name, "[%d]".formatted(i));
      }
    }
    return values;
  }

  private WeightsException notFinite(String name, String where) {
    return new WeightsException(
        "%s: tensor '%s' holds a value at %s that is no finite number; the checkpoint is damaged"
            .formatted(checkpoint.fileOf(name), name, where));
  }

  @Override
  public String digest() {
    return checkpoint.digest();
  }

  @Override
  public long bytes() {
    return checkpoint.summary().bytes();
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
