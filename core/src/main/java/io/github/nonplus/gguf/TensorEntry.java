package io.github.nonplus.gguf;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// A tensor of a file, of which everything but its numbers has been checked.
///
/// @param shape as elsewhere here, last dimension fastest: the reverse of the file's order
/// @param data its bytes, just as many as type and shape say; null as long as it is only announced
public record TensorEntry(String name, TensorType type, List<Long> shape, MemorySegment data) {
  public TensorEntry {
    shape = List.copyOf(shape);
  }

  /// How many numbers it has.
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /// Its bytes.
  public long bytes() {
    return data.byteSize();
  }
}
