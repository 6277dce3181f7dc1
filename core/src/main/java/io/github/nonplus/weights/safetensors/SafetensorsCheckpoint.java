package io.github.nonplus.weights.safetensors;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.Digest;
import io.github.nonplus.weights.Tensor;
import io.github.nonplus.weights.TensorSource;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The weights of a Hugging Face model directory: `model.safetensors`, or shards listed in
/// `model.safetensors.index.json`. Tensors of type F32, F16 and BF16 can be asked for; others may
/// be present.
///
/// The order of [#names] is that of MLC's converter: files in order of first appearance in the
/// index, within a file the order of the index; for a single file, the order of its bytes.
public final class SafetensorsCheckpoint implements TensorSource {
  private static final String SINGLE_FILE = "model.safetensors";

  private final Path directory;
  private final Arena arena = Arena.ofShared();
  private final Map<String, SafetensorsFile> fileOf = new LinkedHashMap<>();
  private final List<String> unlisted = new ArrayList<>();
  private String digest;

  private SafetensorsCheckpoint(Path directory) {
    this.directory = directory;
  }

  /// Maps and checks all weight files of a model directory.
  public static SafetensorsCheckpoint open(Path directory) {
    SafetensorsCheckpoint checkpoint = new SafetensorsCheckpoint(directory);
    try {
      checkpoint.openFiles();
      return checkpoint;
    } catch (RuntimeException | Error failure) {
      checkpoint.close();
      throw failure;
    }
  }

  /// Whether the directory looks like one that [#open] reads.
  public static boolean isPresent(Path directory) {
    return Files.exists(directory.resolve(SINGLE_FILE))
        || Files.exists(directory.resolve(ShardIndex.FILE_NAME));
  }

  private void openFiles() {
    Path index = directory.resolve(ShardIndex.FILE_NAME);
    if (Files.exists(index)) {
      ShardIndex.read(index).tensorsOfFile().forEach(this::openShard);
    } else if (Files.exists(directory.resolve(SINGLE_FILE))) {
      SafetensorsFile file = SafetensorsFile.open(directory.resolve(SINGLE_FILE), arena);
      file.tensors().keySet().forEach(name -> fileOf.put(name, file));
    } else {
      throw nothingHere();
    }
  }

  private void openShard(String shard, List<String> names) {
    SafetensorsFile file = SafetensorsFile.open(directory.resolve(shard), arena);
    for (String name : names) {
      if (!file.tensors().containsKey(name)) {
        throw new WeightsException(
            "%s: %s should hold tensor '%s' according to the index, but does not"
                .formatted(directory, shard, name));
      }
      fileOf.put(name, file);
    }
    for (String name : file.tensors().keySet()) {
      if (fileOf.get(name) != file) {
        unlisted.add(name);
      }
    }
  }

  private WeightsException nothingHere() {
    if (!Files.exists(directory)) {
      return new WeightsException(directory + " does not exist; expected a model directory");
    }
    if (!Files.isDirectory(directory)) {
      return new WeightsException(
          directory + " is a file; expected the directory of a Hugging Face model");
    }
    if (Files.exists(directory.resolve("pytorch_model.bin"))
        || Files.exists(directory.resolve("pytorch_model.bin.index.json"))) {
      return new WeightsException(
          directory
              + " holds PyTorch .bin weights only; save the model as safetensors"
              + " (save_pretrained with safe_serialization=True)");
    }
    return new WeightsException(
        "%s holds neither %s nor %s; expected a Hugging Face model"
            .formatted(directory, SINGLE_FILE, ShardIndex.FILE_NAME));
  }

  @Override
  public Path path() {
    return directory;
  }

  @Override
  public List<String> names() {
    return List.copyOf(fileOf.keySet());
  }

  @Override
  public Optional<Tensor> find(String name) {
    return Optional.ofNullable(fileOf.get(name)).map(file -> file.tensor(name));
  }

  /// Whether there is a tensor of that name, of whatever type.
  public boolean contains(String name) {
    return fileOf.containsKey(name);
  }

  /// The tensor of that name, which must be there in exactly that shape.
  public Tensor require(String name, List<Long> shape) {
    Tensor tensor =
        find(name)
            .orElseThrow(
                () ->
                    new WeightsException(
                        ("%s has no tensor '%s', which the model needs; check that config.json"
                                + " belongs to these weights and that all files are there")
                            .formatted(directory, name)));
    if (!tensor.shape().equals(shape)) {
      throw new WeightsException(
          ("%s: tensor '%s' has shape %s, expected %s as config.json says; check that config.json"
                  + " belongs to these weights")
              .formatted(fileOf(name), name, tensor.shape(), shape));
    }
    return tensor;
  }

  /// Tensors that lie in a shard although the index does not say so: nothing reads them.
  public List<String> unlisted() {
    return List.copyOf(unlisted);
  }

  /// The file that holds a tensor of [#names].
  public Path fileOf(String name) {
    return fileOf.get(name).path();
  }

  /// The number of elements in all tensors of one file, of any type, whose name `counted` accepts.
  public long elements(Path file, Predicate<String> counted) {
    long elements = 0;
    for (SafetensorsFile candidate : files()) {
      if (candidate.path().equals(file)) {
        for (HeaderEntry entry : candidate.tensors().values()) {
          if (counted.test(entry.name())) {
            elements = Math.addExact(elements, Tensor.elementCount(entry.shape()));
          }
        }
      }
    }
    return elements;
  }

  /// Size, types and number of the tensors.
  public CheckpointSummary summary() {
    return CheckpointSummary.of(files());
  }

  /// SHA-256 of the weight files one after another, in the order of [#names]. Reads them all, once.
  public synchronized String digest() {
    if (digest == null) {
      Digest sha256 = Digest.sha256();
      files().forEach(file -> sha256.add(file.bytes()));
      digest = sha256.hex();
    }
    return digest;
  }

  private List<SafetensorsFile> files() {
    return fileOf.values().stream().distinct().toList();
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
