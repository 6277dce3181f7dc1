package io.github.nonplus.weights.mlc;

import io.github.nonplus.files.Digest;
import io.github.nonplus.quantization.DType;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Packs tensors into shard files of less than 32 MiB, in MLC's way. It holds one shard that is not
/// full yet; a tensor of half a shard or more that does not fit is written alone at once, and so
/// may overtake smaller ones.
final class ShardWriter implements AutoCloseable {
  /// A shard of several tensors stays below this.
  static final long CAPACITY = 32L << 20;

  private static final long PIECE = 1L << 24;

  private final Path directory;
  private final long capacity;
  private final Opener opener;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment pending;
  private final List<TensorRecord> pendingTensors = new ArrayList<>();
  private final List<ShardRecord> shards = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private long pendingBytes;

  /// Opens a new file for writing.
  @FunctionalInterface
  interface Opener {
    OutputStream open(Path file) throws IOException;
  }

  /// @param capacity [#CAPACITY], but for tests
  /// @param opener `ForcedFile::open`, but for tests of a file system that fails
  ShardWriter(Path directory, long capacity, Opener opener) {
    this.directory = directory;
    this.capacity = capacity;
    this.opener = opener;
    this.pending = arena.allocate(capacity);
  }

  /// Adds a tensor; `data` is not needed afterwards. A file that cannot be written is an
  /// [UncheckedIOException].
  void add(String name, List<Long> shape, DType type, MemorySegment data) {
    if (!names.add(name)) {
      throw new IllegalArgumentException(name + " is written twice");
    }
    try (Arena encoding = Arena.ofConfined()) {
      MemorySegment stored = type == DType.FLOAT32 ? Bfloat16.encode(data, encoding) : data;
      long bytes = stored.byteSize();
      if (pendingBytes + bytes >= capacity) {
        if (2 * bytes >= capacity) {
          write(stored, List.of(record(name, shape, type, bytes, 0)));
          return;
        }
        flush();
      }
      pendingTensors.add(record(name, shape, type, bytes, pendingBytes));
      MemorySegment.copy(stored, 0, pending, pendingBytes, bytes);
      pendingBytes += bytes;
    }
  }

  private static TensorRecord record(
      String name, List<Long> shape, DType type, long bytes, long offset) {
    return new TensorRecord(name, shape, type, TensorRecord.ENCODED, bytes, offset);
  }

  /// Writes what is pending. Returns all shards, in the order of their numbers.
  List<ShardRecord> finish() {
    flush();
    return List.copyOf(shards);
  }

  private void flush() {
    if (!pendingTensors.isEmpty()) {
      write(pending.asSlice(0, pendingBytes), pendingTensors);
      pendingTensors.clear();
      pendingBytes = 0;
    }
  }

  private void write(MemorySegment bytes, List<TensorRecord> tensors) {
    Path file = directory.resolve("params_shard_%d.bin".formatted(shards.size()));
    try (OutputStream stream = opener.open(file);
        WritableByteChannel channel = Channels.newChannel(stream)) {
      for (long at = 0; at < bytes.byteSize(); at += PIECE) {
        long length = Math.min(PIECE, bytes.byteSize() - at);
        channel.write(bytes.asSlice(at, length).asByteBuffer());
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    shards.add(
        new ShardRecord(
            file.getFileName().toString(),
            bytes.byteSize(),
            tensors,
            Optional.of(Digest.md5().add(bytes).hex())));
  }

  @Override
  public void close() {
    arena.close();
  }
}
