package io.github.nonplus.weights.mlc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.JsonFile;
import io.github.nonplus.model.mlc.Change;
import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.quantization.DType;
import io.github.nonplus.quantization.Encoding;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.StoredWeights;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A directory in MLC's weight format as a model's weights, with either name of the index. What MLC
/// has concatenated is taken apart again, without copying.
///
/// On opening, every file is checked against the index, and the index against what the model's
/// parameters become under the scheme: none missing, none of another shape or type, none besides.
public final class MlcWeights implements StoredWeights {
  private final Path directory;
  private final Quantization quantization;
  private final Arena arena = Arena.ofShared();
  private final MappedShards shards;
  private final Map<String, Part> parts = new HashMap<>();
  private String digest;

  /// A checkpoint's tensor within the parameter that holds it.
  private record Part(StoredParameter parameter, StoredForm form, int firstRow, int rows) {}

  private MlcWeights(
      Path directory, List<StoredParameter> parameters, List<StoredParameter> others) {
    try {
      this.directory = directory;
      MlcIndex index = MlcIndex.read(directory);
      this.quantization = quantizationOf(directory);
      Set<String> expected = new HashSet<>();
      this.shards = MappedShards.open(index, arena);
      for (StoredParameter parameter : parameters) {
        StoredForm form = StoredForm.of(parameter, quantization);
        expected.addAll(check(form));
        expected.addAll(form.besides());
        switch (parameter.change()) {
          case Change.None _, Change.PlusOne _ -> {}
          case Change.Gathered _, Change.Transposed _ -> {
            parts.put(parameter.name(), new Part(parameter, form, 0, parameter.rows()));
            continue;
          }
          case Change.Cut _ -> {
            continue; // what it is made of is there as well
          }
        }
        if (parameter.role() == StoredParameter.Role.OUTPUT_LAYER) {
          // It may be a second copy of the embedding, which is found by its own name.
          parts.put(parameter.name(), new Part(parameter, form, 0, parameter.rows()));
        }
        int firstRow = 0;
        for (int i = 0; i < parameter.sources().size(); i++) {
          int rows = parameter.sourceRows().get(i);
          parts.put(parameter.sources().get(i), new Part(parameter, form, firstRow, rows));
          firstRow += rows;
        }
      }
      for (StoredParameter other : others) {
        StoredForm form = StoredForm.of(other, quantization);
        form.planes().forEach(plane -> expected.add(plane.name()));
        expected.addAll(form.besides());
      }
      refuseOthers(expected);
    } catch (RuntimeException | Error failure) {
      arena.close();
      throw failure;
    }
  }

  /// Opens and checks a weight directory. Reads all of it once, for its MD5 sums.
  ///
  /// @param parameters what the model consists of
  public static MlcWeights open(Path directory, List<StoredParameter> parameters) {
    return open(directory, parameters, List.of());
  }

  /// The same of a directory that may hold more than is read.
  ///
  /// @param others what may be there as well
  public static MlcWeights open(
      Path directory, List<StoredParameter> parameters, List<StoredParameter> others) {
    return new MlcWeights(directory, parameters, others);
  }

  /// The scheme that the directory's `mlc-chat-config.json` names.
  public static Quantization quantizationOf(Path directory) {
    Path file = directory.resolve(ChatConfigFile.FILE_NAME);
    ObjectNode json = JsonFile.read(file, WeightsException::new);
    return StoredScheme.of(json, sentence -> new WeightsException(file + ": " + sentence));
  }

  /// Returns the names of the tensors of `form`, which are there as they should be.
  private List<String> check(StoredForm form) {
    for (Encoding.Part plane : form.planes()) {
      check(plane.name(), plane.type(), plane.shape());
    }
    return form.planes().stream().map(Encoding.Part::name).toList();
  }

  private void check(String name, DType type, List<Long> shape) {
    TensorRecord found = shards.record(name);
    if (found == null) {
      throw new WeightsException(
          "%s has no tensor '%s', which the model needs in %s"
              .formatted(directory, name, quantization.name()));
    }
    if (!found.shape().equals(shape) || found.type() != type) {
      throw new WeightsException(
          "%s: tensor '%s' is %s of shape %s, expected %s of shape %s for %s"
              .formatted(
                  shards.fileOf(name),
                  name,
                  found.type().label(),
                  found.shape(),
                  type.label(),
                  shape,
                  quantization.name()));
    }
  }

  private void refuseOthers(Set<String> expected) {
    for (String name : shards.names().stream().sorted().toList()) {
      if (!expected.contains(name)) {
        throw new WeightsException(
            "%s: tensor '%s' is not part of the model in %s; the directory is of another model"
                .formatted(shards.fileOf(name), name, quantization.name()));
      }
    }
  }

  @Override
  public Path path() {
    return directory;
  }

  @Override
  public boolean contains(String name) {
    return parts.containsKey(name);
  }

  @Override
  public Matrix matrix(String name, int rows, int columns) {
    return matrix(name, List.of(rows, columns));
  }

  @Override
  public List<String> names() {
    return parts.keySet().stream().sorted().toList();
  }

  @Override
  public Matrix matrix(String name, List<Integer> shape) {
    Matrix matrix = unread(name, shape);
    long index = matrix.firstNonFinite();
    if (index >= 0) {
      int columns = shape.getLast();
      throw notFinite(
          parts.get(name), name, "[%d, %d]".formatted(index / columns, index % columns));
    }
    return matrix;
  }

  @Override
  public Matrix unread(String name, List<Integer> shape) {
    if (shape.size() < 2) {
      throw new IllegalArgumentException("%s of shape %s".formatted(name, shape));
    }
    int columns = shape.getLast();
    int rows = shape.subList(0, shape.size() - 1).stream().reduce(1, Math::multiplyExact);
    Part part = part(name, rows, columns);
    return whole(part.form(), part.parameter().rows(), columns)
        .slice(part.firstRow(), part.firstRow() + rows);
  }

  private Matrix whole(StoredForm form, int rows, int columns) {
    DType last = shards.record(form.planes().getLast().name()).storedType();
    return Matrix.of(
        form.format(last.number().orElse(quantization.modelType())),
        rows,
        columns,
        form.planes().stream().map(plane -> shards.data(plane.name())).toList());
  }

  @Override
  public float[] vector(String name, int length) {
    Part part = part(name, length, 0);
    float[] values = new float[length];
    shards.numbers(part.parameter().name()).read(part.firstRow(), length, values, 0);
    for (int i = 0; i < length; i++) {
      if (!Float.isFinite(values[i])) {
        throw notFinite(part, name, "[%d]".formatted(i));
      }
    }
    return values;
  }

  /// @param columns 0 for a vector
  private Part part(String name, int rows, int columns) {
    Part part = parts.get(name);
    if (part == null) {
      throw new WeightsException(
          "%s has nothing for the tensor '%s', which the model needs".formatted(directory, name));
    }
    int stored = part.parameter().shape().size() == 1 ? 0 : part.parameter().columns();
    if (part.rows() != rows || stored != columns) {
      throw new WeightsException(
          "%s: '%s' has %d rows of %d, expected %d rows of %d"
              .formatted(directory, name, part.rows(), stored, rows, columns));
    }
    return part;
  }

  private WeightsException notFinite(Part part, String name, String where) {
    return new WeightsException(
        "%s: '%s' in '%s' is no finite number at %s; the weights are damaged"
            .formatted(directory, name, part.parameter().name(), where));
  }

  @Override
  public synchronized String digest() {
    if (digest == null) {
      digest = shards.digest();
    }
    return digest;
  }

  @Override
  public long bytes() {
    return shards.bytes();
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
