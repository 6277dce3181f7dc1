package io.github.nonplus.storage;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.Source;
import io.github.nonplus.weights.StoredWeights;
import io.github.nonplus.weights.safetensors.CheckpointWeights;
import io.github.nonplus.weights.safetensors.RawTensor;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A Hugging Face checkpoint of which some matrices are quantized, as a model's weights; the others
/// are in the precision of the files.
public final class QuantizedWeights implements StoredWeights {
  private final SafetensorsCheckpoint checkpoint;
  private final CheckpointWeights plain;
  private final Storage storage;
  private final Set<String> parameters;
  private final Set<String> quantized;

  /// @param checkpoint is closed with this
  public QuantizedWeights(SafetensorsCheckpoint checkpoint, Storage storage) {
    this.checkpoint = checkpoint;
    this.plain = new CheckpointWeights(checkpoint);
    this.storage = storage;
    this.parameters =
        checkpoint.names().stream().map(storage::parameterOf).collect(Collectors.toSet());
    this.quantized =
        checkpoint.names().stream()
            .filter(name -> !storage.parameterOf(name).equals(name))
            .map(storage::parameterOf)
            .collect(Collectors.toSet());
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
    return parameters.contains(name);
  }

  @Override
  public boolean isShaped(String name, List<Integer> shape) {
    return quantized.contains(name) || plain.isShaped(name, shape);
  }

  /// Whether any of it is read with columns as rows.
  private static boolean isTransposed(Source source) {
    return source instanceof Source.Transposed
        || (source instanceof Source.Rows rows && isTransposed(rows.of()))
        || (source instanceof Source.Gathered gathered && isTransposed(gathered.of()))
        || (source instanceof Source.Flattened flattened && isTransposed(flattened.of()))
        || (source instanceof Source.Concatenated all
            && all.parts().stream().anyMatch(QuantizedWeights::isTransposed));
  }

  /// Refuses a model that stores a matrix inputs by outputs if that is quantized: tools do not
  /// agree which way round it then is.
  public QuantizedWeights requireUpright(Collection<Source> sources) {
    for (Source source : sources) {
      if (isTransposed(source)) {
        source
            .tensors()
            .filter(tensor -> quantized.contains(tensor.name()))
            .findFirst()
            .ifPresent(
                tensor -> {
                  throw new WeightsException(
                      "%s: '%s' is stored inputs by outputs in this family, and quantized; which way round it then is depends on the tool, so it is not read"
                          .formatted(path(), tensor.name()));
                });
      }
    }
    return this;
  }

  /// The matrix as it is stored if it is quantized.
  private Optional<Matrix> find(String name, List<Integer> shape) {
    Source.Stored wanted = new Source.Stored(name, shape);
    return storage.find(new Parts(checkpoint, name), wanted.rows(), wanted.columns());
  }

  @Override
  public Matrix unread(String name, List<Integer> shape) {
    return find(name, shape).orElseGet(() -> plain.unread(name, shape));
  }

  @Override
  public Matrix matrix(String name, List<Integer> shape) {
    Optional<Matrix> found = find(name, shape);
    if (found.isEmpty()) {
      return plain.matrix(name, shape);
    }
    Matrix matrix = found.get();
    matrix
        .format()
        .fault(matrix.planes())
        .ifPresent(
            fault -> {
              throw failure(name, fault);
            });
    long index = matrix.firstNonFinite();
    if (index >= 0) {
      throw failure(
          name,
          "the weight at [%d, %d] is no finite number"
              .formatted(index / matrix.columns(), index % matrix.columns()));
    }
    return matrix;
  }

  private WeightsException failure(String name, String what) {
    return new WeightsException(
        "%s: '%s' cannot be decoded: %s; the checkpoint is damaged"
            .formatted(checkpoint.path(), name, what));
  }

  @Override
  public float[] vector(String name, int length) {
    Optional<RawTensor> part = checkpoint.raw(name);
    return length == 1 && part.isPresent() && !storage.parameterOf(name).equals(name)
        ? new float[] {number(name, part.get())}
        : plain.vector(name, length);
  }

  /// A part of one number, which may be of no dimension.
  private float number(String name, RawTensor part) {
    if (part.type().equals("I8") && part.data().byteSize() == 1) {
      return (byte) Numbers.whole(part)[0];
    }
    float number = new Parts(checkpoint, name).number(part);
    if (!Float.isFinite(number)) {
      throw failure(name, "it is no finite number");
    }
    return number;
  }

  /// How the input of a product with what is stored so is to be rounded.
  public Optional<InputCodes> inputs(String name) {
    return storage.inputs(new Parts(checkpoint, name));
  }

  @Override
  public String digest() {
    return checkpoint.digest();
  }

  @Override
  public long bytes() {
    return plain.bytes();
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
