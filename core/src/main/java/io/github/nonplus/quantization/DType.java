package io.github.nonplus.quantization;

import io.github.nonplus.weights.ElementType;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/// What an element of a tensor is in MLC's index files. Always little-endian.
public enum DType {
  FLOAT32(ElementType.FLOAT32),
  FLOAT16(ElementType.FLOAT16),
  BFLOAT16(ElementType.BFLOAT16),
  UINT32("uint32", 4),
  FLOAT8_E4M3FN("float8_e4m3fn", 1),
  FLOAT8_E5M2("float8_e5m2", 1);

  /// Names that MLC's indexes had before March 2025.
  private static final Map<String, DType> OLDER =
      Map.of("e4m3_float8", FLOAT8_E4M3FN, "e5m2_float8", FLOAT8_E5M2);

  private final String label;
  private final int bytes;
  private final ElementType number;

  DType(ElementType number) {
    this.label = number.mlcName();
    this.bytes = number.bytes();
    this.number = number;
  }

  DType(String label, int bytes) {
    this.label = label;
    this.bytes = bytes;
    this.number = null;
  }

  /// That of numbers of a type.
  public static DType of(ElementType type) {
    return valueOf(type.name());
  }

  /// That of an index's name.
  public static Optional<DType> find(String label) {
    return Arrays.stream(values())
        .filter(type -> type.label.equals(label))
        .findFirst()
        .or(() -> Optional.ofNullable(OLDER.get(label)));
  }

  /// Its name in an index: `float16`, `uint32`.
  public String label() {
    return label;
  }

  /// Bytes of one element.
  public int bytes() {
    return bytes;
  }

  /// What numbers they are; empty for codes.
  public Optional<ElementType> number() {
    return Optional.ofNullable(number);
  }
}
