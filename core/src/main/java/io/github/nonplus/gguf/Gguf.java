package io.github.nonplus.gguf;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.Digest;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A model in GGUF: one file, or all parts of one that was split, opened by the first. Mapped until
/// `close`; the metadata are those of the first part.
public final class Gguf implements AutoCloseable {
  private static final String COUNT = "split.count";
  private static final String NUMBER = "split.no";
  private static final String TENSORS = "split.tensors.count";

  private final Path path;
  private final Arena arena = Arena.ofShared();
  private final List<GgufFilePart> parts = new ArrayList<>();
  private final Map<String, TensorEntry> tensors = new LinkedHashMap<>();
  private String digest;

  private Gguf(Path path) {
    this.path = path;
  }

  /// Opens a file; the other parts lie beside it.
  public static Gguf open(Path path) {
    Gguf gguf = new Gguf(path);
    try {
      gguf.openParts();
      return gguf;
    } catch (RuntimeException | Error failure) {
      gguf.close();
      throw failure;
    }
  }

  private void openParts() {
    GgufFilePart first = open(path, 0);
    int count = first.metadata().size(COUNT).orElse(1);
    if (count <= 1) {
      return;
    }
    SplitName name =
        SplitName.of(path)
            .filter(split -> split.count() == count)
            .orElseThrow(
                () ->
                    new WeightsException(
                        "%s is a part of %d, but is not called NAME-00001-of-%05d.gguf; give all parts the names that they were made with"
                            .formatted(path, count, count)));
    for (int number = 1; number < count; number++) {
      GgufFilePart part = open(name.part(number), number);
      int found = part.metadata().size(COUNT).orElse(1);
      if (found != count) {
        throw new WeightsException(
            "%s says that it is a part of %d, expected %d as in %s; get all parts of one model"
                .formatted(part.path(), found, count, path));
      }
    }
    int announced = first.metadata().size(TENSORS).orElse(tensors.size());
    if (announced != tensors.size()) {
      throw new WeightsException(
          "%s and its other parts hold %d tensors, expected %d; get all parts of one model"
              .formatted(path, tensors.size(), announced));
    }
  }

  private GgufFilePart open(Path file, int number) {
    GgufFilePart part = GgufFilePart.open(file, arena);
    int found = part.metadata().size(NUMBER).orElse(0);
    if (found != number) {
      throw new WeightsException(
          number == 0
              ? "%s is part %d of a model that was split; give the first one (%s)"
                  .formatted(file, found + 1, SplitName.firstOf(file))
              : "%s says that it is part %d, expected %d; get all parts of one model"
                  .formatted(file, found + 1, number + 1));
    }
    parts.add(part);
    for (TensorEntry tensor : part.tensors()) {
      if (tensors.put(tensor.name(), tensor) != null) {
        throw new WeightsException(
            "%s holds the tensor '%s', which an earlier part holds, too; get all parts of one model"
                .formatted(file, tensor.name()));
      }
    }
    return part;
  }

  /// The file, or the first part.
  public Path path() {
    return path;
  }

  public Metadata metadata() {
    return parts.getFirst().metadata();
  }

  /// How many files there are.
  public int files() {
    return parts.size();
  }

  /// All tensors, in the order of the files.
  public Collection<TensorEntry> tensors() {
    return Collections.unmodifiableCollection(tensors.values());
  }

  public Optional<TensorEntry> tensor(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /// Bytes of all tensors.
  public long bytes() {
    return tensors.values().stream().mapToLong(TensorEntry::bytes).sum();
  }

  /// SHA-256 of the files one after another. Reads them all, once.
  public synchronized String digest() {
    if (digest == null) {
      Digest sha256 = Digest.sha256();
      parts.forEach(part -> sha256.add(part.bytes()));
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
