package io.github.nonplus.weights.mlc;

import io.github.nonplus.quantization.DType;
import java.util.List;

/// Where one tensor lies in its shard.
///
/// @param type what it means: a float32 may be stored as bfloat16
/// @param format [#ENCODED] or [#RAW]
/// @param bytes stored, from `offset` on
record TensorRecord(
    String name, List<Long> shape, DType type, String format, long bytes, long offset) {
  /// The encoding in which a float32 is stored as bfloat16, and everything else as it is.
  static final String ENCODED = "f32-to-bf16";

  /// Everything as it is.
  static final String RAW = "raw";

  TensorRecord {
    shape = List.copyOf(shape);
  }

  /// The type of the stored bytes.
  DType storedType() {
    return isShortened() ? DType.BFLOAT16 : type;
  }

  /// Whether this is a float32 of which only the upper half is stored.
  boolean isShortened() {
    return type == DType.FLOAT32 && format.equals(ENCODED);
  }
}
