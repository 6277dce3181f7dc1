package io.github.nonplus.weights.mlc;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.Digest;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.Reason;
import io.github.nonplus.weights.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// The mapped shards of a weight directory, of the lengths and hashes that the index gives.
final class MappedShards {
  private final Map<Path, MemorySegment> files = new LinkedHashMap<>();
  private final Map<String, TensorRecord> records = new HashMap<>();
  private final Map<String, Path> fileOf = new HashMap<>();

  private MappedShards() {}

  /// Maps all shards of `index` for as long as `arena` lives, and reads them once for their MD5.
  static MappedShards open(MlcIndex index, Arena arena) {
    MappedShards shards = new MappedShards();
    for (ShardRecord shard : index.shards()) {
      Path file = index.file().resolveSibling(shard.file());
      shards.files.put(file, map(file, shard, arena));
      for (TensorRecord tensor : shard.tensors()) {
        shards.records.put(tensor.name(), tensor);
        shards.fileOf.put(tensor.name(), file);
      }
    }
    return shards;
  }

  private static MemorySegment map(Path file, ShardRecord shard, Arena arena) {
    MemorySegment bytes;
    try (FileChannel channel = InputFile.channel(file)) {
      if (channel.size() != shard.bytes()) {
        throw new WeightsException(
            "%s has %d bytes, expected %d as the index says; convert or download it again"
                .formatted(file, channel.size(), shard.bytes()));
      }
      bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, shard.bytes(), arena);
    } catch (NoSuchFileException missing) {
      throw new WeightsException(file + " is missing; convert or download it again", missing);
    } catch (IOException unreadable) {
      throw new WeightsException(
          "%s cannot be read (%s)".formatted(file, Reason.of(unreadable)), unreadable);
    }
    if (shard.md5().isPresent()) {
      String found = Digest.md5().add(bytes).hex();
      if (!found.equals(shard.md5().get())) {
        throw new WeightsException(
            "%s has MD5 %s, expected %s as the index says; convert or download it again"
                .formatted(file, found, shard.md5().get()));
      }
    }
    return bytes;
  }

  Set<String> names() {
    return Set.copyOf(records.keySet());
  }

  /// Where a tensor of [#names] lies, and as what.
  TensorRecord record(String name) {
    return records.get(name);
  }

  /// The file that holds a tensor of [#names].
  Path fileOf(String name) {
    return fileOf.get(name);
  }

  /// The bytes of a tensor of [#names].
  MemorySegment data(String name) {
    TensorRecord record = records.get(name);
    return files.get(fileOf.get(name)).asSlice(record.offset(), record.bytes());
  }

  /// The tensor of that name, which is one of numbers, in the type in which it is stored.
  Tensor numbers(String name) {
    TensorRecord record = records.get(name);
    return new Tensor(name, record.storedType().number().orElseThrow(), record.shape(), data(name));
  }

  /// SHA-256 of all shards in the order of the index.
  String digest() {
    Digest sha256 = Digest.sha256();
    files.values().forEach(sha256::add);
    return sha256.hex();
  }

  /// Bytes of all shards.
  long bytes() {
    return files.values().stream().mapToLong(MemorySegment::byteSize).sum();
  }
}
