package io.github.nonplus.gguf;

import java.util.Optional;

/// The types of values in the metadata, in the order of their numbers in files.
public enum ValueType {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  STRING(8),
  ARRAY(12),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private final int bytes;

  ValueType(int bytes) {
    this.bytes = bytes;
  }

  /// Bytes of a value; of a string or an array the fewest that there are.
  int bytes() {
    return bytes;
  }

  /// Whether every value has just as many bytes.
  boolean isFixed() {
    return this != STRING && this != ARRAY;
  }

  static Optional<ValueType> of(int number) {
    return number >= 0 && number < values().length
        ? Optional.of(values()[number])
        : Optional.empty();
  }
}
