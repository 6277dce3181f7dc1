package io.github.nonplus.weights.safetensors;

import java.util.List;

/// One tensor in a safetensors header; its bytes are `from` (inclusive) to `to` (exclusive) of the
/// data behind the header.
record HeaderEntry(String name, StoredType type, List<Long> shape, long from, long to) {
  HeaderEntry {
    shape = List.copyOf(shape);
  }
}
