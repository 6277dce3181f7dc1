package io.github.nonplus.weights.mlc;

import java.util.List;
import java.util.Optional;

/// One file of tensors and what it holds, in the order of its bytes.
///
/// @param file its plain name
/// @param bytes its exact length
/// @param md5 its hash in hexadecimal digits, if the index gives one
record ShardRecord(String file, long bytes, List<TensorRecord> tensors, Optional<String> md5) {
  ShardRecord {
    tensors = List.copyOf(tensors);
  }
}
