package io.github.nonplus.weights.safetensors;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.Digest;
import io.github.nonplus.weights.Tensor;
import io.github.nonplus.weights.TensorSource;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
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
  private final Path directory;
  private final Opener opener;
  private final Arena arena = Arena.ofShared();
  private final List<SafetensorsFile> files = new ArrayList<>();
  private final Map<String, SafetensorsFile> fileOf = new LinkedHashMap<>();

  /// The name in the file of each tensor that has another there.
  private final Map<String, String> stored = new HashMap<>();

  private final Map<String, SafetensorsFile> unlisted = new LinkedHashMap<>();
  private String digest;

  /// Opens one file.
  @FunctionalInterface
  interface Opener {
    SafetensorsFile open(Path file, Arena arena);
  }

  private SafetensorsCheckpoint(Path directory, Opener opener) {
    this.directory = directory;
    this.opener = opener;
  }

  /// Maps and checks all weight files of a model directory.
  public static SafetensorsCheckpoint open(Path directory) {
    return open(directory, TensorNames.AS_STORED);
  }

  /// The same, with tensors under the names that a model has for them.
  public static SafetensorsCheckpoint open(Path directory, TensorNames names) {
    return open(directory, names, SafetensorsFile::open);
  }

  /// One file by itself.
  public static SafetensorsCheckpoint ofFile(Path file) {
    SafetensorsCheckpoint checkpoint = new SafetensorsCheckpoint(file, SafetensorsFile::open);
    try {
      SafetensorsFile opened = SafetensorsFile.open(file, checkpoint.arena);
      checkpoint.files.add(opened);
      opened.tensors().keySet().forEach(name -> checkpoint.fileOf.put(name, opened));
      return checkpoint;
    } catch (RuntimeException | Error failure) {
      checkpoint.close();
      throw failure;
    }
  }

  /// The same with files that a test looks into.
  static SafetensorsCheckpoint open(Path directory, TensorNames names, Opener opener) {
    SafetensorsCheckpoint checkpoint = new SafetensorsCheckpoint(directory, opener);
    try {
      checkpoint.openFiles();
      checkpoint.rename(names);
      return checkpoint;
    } catch (RuntimeException | Error failure) {
      checkpoint.close();
      throw failure;
    }
  }

  private void openFiles() {
    WeightFiles found = WeightFiles.of(directory);
    if (found.tensorsOfFile().isEmpty()) {
      SafetensorsFile file = open(WeightFiles.SINGLE_FILE);
      file.tensors().keySet().forEach(name -> fileOf.put(name, file));
    } else {
      found.tensorsOfFile().forEach(this::openShard);
    }
  }

  private SafetensorsFile open(String name) {
    SafetensorsFile file = opener.open(directory.resolve(name), arena);
    files.add(file);
    return file;
  }

  private void openShard(String shard, List<String> names) {
    SafetensorsFile file = open(shard);
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
        unlisted.put(name, file);
      }
    }
  }

  private void rename(TensorNames names) {
    Map<String, SafetensorsFile> before = new LinkedHashMap<>(fileOf);
    fileOf.clear();
    names
        .of(before.keySet())
        .forEach(
            (name, meant) -> {
              fileOf.put(meant, before.get(name));
              if (!meant.equals(name)) {
                stored.put(meant, name);
              }
            });
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
    return Optional.ofNullable(fileOf.get(name))
        .map(file -> file.tensor(stored.getOrDefault(name, name)).named(name));
  }

  /// The tensor of that name, of whatever type.
  public Optional<RawTensor> raw(String name) {
    return Optional.ofNullable(fileOf.get(name))
        .map(file -> file.raw(stored.getOrDefault(name, name), name));
  }

  /// Whether there is a tensor of that name, of whatever type.
  public boolean contains(String name) {
    return fileOf.containsKey(name);
  }

  /// The tensor of that name, which must be there in exactly that shape.
  public Tensor require(String name, List<Long> shape) {
    Tensor tensor = find(name).orElseThrow(() -> missing(name));
    if (!tensor.shape().equals(shape)) {
      throw new WeightsException(
          ("%s: tensor '%s' has shape %s, expected %s as config.json says; check that config.json"
                  + " belongs to these weights")
              .formatted(fileOf(name), name, tensor.shape(), shape));
    }
    return tensor;
  }

  private WeightsException missing(String name) {
    SafetensorsFile file = unlisted.get(name);
    return new WeightsException(
        file == null
            ? ("%s has no tensor '%s', which the model needs; check that config.json belongs to"
                    + " these weights and that all files are there")
                .formatted(directory, name)
            : "%s: the model needs tensor '%s', which %s does not list; download the index again"
                .formatted(file.path(), name, ShardIndex.FILE_NAME));
  }

  /// Tensors that lie in a shard although the index does not say so: nothing reads them.
  public List<String> unlisted() {
    return List.copyOf(unlisted.keySet());
  }

  /// The file that holds a tensor of [#names].
  public Path fileOf(String name) {
    return fileOf.get(name).path();
  }

  /// The number of elements in all tensors of one file, of any type, whose name `counted` accepts.
  public long elements(Path file, Predicate<String> counted) {
    long elements = 0;
    for (SafetensorsFile candidate : files) {
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
    return CheckpointSummary.of(files);
  }

  /// SHA-256 of the weight files one after another, in the order of [#names]. Reads them all, once.
  public synchronized String digest() {
    if (digest == null) {
      Digest sha256 = Digest.sha256();
      files.forEach(file -> sha256.add(file.bytes()));
      digest = sha256.hex();
    }
    return digest;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
