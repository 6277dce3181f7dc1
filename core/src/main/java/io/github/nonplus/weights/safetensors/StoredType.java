package io.github.nonplus.weights.safetensors;

import io.github.nonplus.weights.ElementType;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The `dtype` of a tensor in a safetensors header, kept as it is written: a file may hold types
/// that nobody asks for.
record StoredType(String name) {
  private static final Map<String, ElementType> READABLE =
      Map.of(
          "F32", ElementType.FLOAT32,
          "F16", ElementType.FLOAT16,
          "BF16", ElementType.BFLOAT16);

  private static final Map<String, Integer> BITS =
      Map.ofEntries(
          Map.entry("BOOL", 8),
          Map.entry("U8", 8),
          Map.entry("I8", 8),
          Map.entry("F8_E5M2", 8),
          Map.entry("F8_E4M3", 8),
          Map.entry("F8_E8M0", 8),
          Map.entry("U16", 16),
          Map.entry("I16", 16),
          Map.entry("F16", 16),
          Map.entry("BF16", 16),
          Map.entry("U32", 32),
          Map.entry("I32", 32),
          Map.entry("F32", 32),
          Map.entry("U64", 64),
          Map.entry("I64", 64),
          Map.entry("F64", 64),
          Map.entry("C64", 64));

  /// The type as Nonplus reads it, or empty for one that it does not read.
  Optional<ElementType> elementType() {
    return Optional.ofNullable(READABLE.get(name));
  }

  /// Bits of an element, or empty for a type that is not known here.
  OptionalInt bits() {
    Integer bits = BITS.get(name);
    return bits == null ? OptionalInt.empty() : OptionalInt.of(bits);
  }
}
